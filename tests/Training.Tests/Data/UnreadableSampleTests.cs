using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>Pictures that cannot be read, among good ones.</summary>
public sealed class UnreadableSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ModelSpec _spec = Reference.Spec("sg10_cifar_asd");

    public static TheoryData<string> Damages { get; } = ["cut short", "empty", "text", "gone", "folder", "forbidden"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Training_PutsTheNextGoodPictureInItsPlace(string damage)
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        byte[][] whole = [.. data.TrainingBatches(_spec, new(), 1, 3).Epoch(0, 0, default).Select(batch => batch.Input)];
        int[] order = [.. data.TrainingBatches(_spec, new(), 1, 3).Epoch(0, 0, default).Select(batch => batch.Indices[0])];
        string broken = Damage(data.Training[5], damage);

        BatchLoader loader = data.TrainingBatches(_spec, new(), 1, 3, WhenUnreadable.UseNext);
        var told = new List<string>();
        loader.OnUnreadable = told.Add;
        byte[][] made = [.. loader.Epoch(0, 0, default).Select(batch => batch.Input)];

        byte[][] expected = [.. order.Select(index => whole[Array.IndexOf(order, index == 5 ? 6 : index)])];
        Assert.Equal(expected, made);
        Assert.Contains(broken, Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(1, loader.UnreadableCount);

        // Told once, not in every epoch.
        Assert.Equal(16, loader.Epoch(1, 0, default).Count());
        Assert.Single(told);
    }

    [Fact]
    public void Training_TheLastPicture_IsReplacedByTheFirst()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        Damage(data.Training[15], "text");
        Batch batch = Assert.Single(data.TrainingBatches(_spec, new(), 16, 3, WhenUnreadable.UseNext).InOrder(default));
        Assert.Equal(batch.Input[..3072], batch.Input[^3072..]);
        Assert.Equal(0, batch.Targets[15].Label);
    }

    [Fact]
    public void Validation_LeavesItOut_AndKeepsTheNumbersOfTheOthers()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        Damage(data.Validation[1], "cut short");
        Damage(data.Validation[4], "empty");
        Damage(data.Validation[5], "text");
        BatchLoader loader = data.ValidationBatches(_spec, 2, WhenUnreadable.LeaveOut);
        Batch[] batches = [.. loader.InOrder(default)];
        Assert.Equal([[0], [2, 3], [6, 7]], batches.Select(batch => batch.Indices));
        Assert.Equal([0, 0, 0, 1, 1], batches.SelectMany(batch => batch.Targets).Select(target => target.Label));
        Assert.Equal([3072, 6144, 6144], batches.Select(batch => batch.Input.Length));
        Assert.Equal(3, loader.UnreadableCount);
    }

    [Fact]
    public void Picture_OfAnotherSizeThanAnnotated_IsNoneToLearnFrom()
    {
        DataSet data = DataSet.Read(TinyData.Coco(_folder), DataFolderKind.Coco);
        string path = data.Training[2].Source.Path;
        File.WriteAllBytes(path, PictureEncoder.EncodePng(new Picture(64, 48)));

        string refusal = Refusal(data.TrainingBatches(Reference.Spec("retina10_asd"), new(), 4, 0));

        Assert.Contains($"{path} is 64×48 pixels as a viewer shows it, but its annotations say 64×64", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void JpegThatIsCutShort_IsPassedOver()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        string path = data.Training[0].Source.Path;
        var picture = new Picture(64, 64);
        new Random(1).NextBytes(picture.Pixels);
        byte[] whole = PictureEncoder.EncodeJpeg(picture);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);

        BatchLoader loader = data.TrainingBatches(_spec, new(), 4, 0, WhenUnreadable.UseNext);

        Assert.Equal(4, loader.Epoch(0, 0, default).Count());
        Assert.Equal(1, loader.UnreadableCount);
    }

    [Fact]
    public void NothingReadable_IsAnError()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        foreach (Sample sample in data.Training.Concat(data.Validation))
            Damage(sample, "empty");
        Assert.Contains("Not one of the 16 samples can be read", Refusal(data.TrainingBatches(_spec, new(), 4, 0, WhenUnreadable.UseNext)), StringComparison.Ordinal);
        Assert.Contains("Not one of the samples can be read", Refusal(data.ValidationBatches(_spec, 4, WhenUnreadable.LeaveOut)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void WithoutLeave_TheFirstStops(string damage)
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        string broken = Damage(data.Training[5], damage);
        Assert.Contains(broken, Refusal(data.TrainingBatches(_spec, new(), 4, 0)), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Refusal(BatchLoader loader) =>
        Assert.ThrowsAny<InvalidInputException>(() => loader.InOrder(default).Count()).Message;

    /// <summary>Spoils a file whose name is listed already, and gives its path.</summary>
    private static string Damage(Sample sample, string how)
    {
        string path = sample.Source.Path;
        switch (how)
        {
            case "cut short":
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "text":
                File.WriteAllText(path, "This is no picture.");
                break;
            case "forbidden":
                Assert.SkipWhen(Environment.IsPrivilegedProcess, "nothing is forbidden to the superuser");
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, UnixFileMode.None);
                break;
            default:
                File.Delete(path);
                if (how == "folder")
                    Directory.CreateDirectory(path);
                break;
        }

        return path;
    }
}
