using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class EventFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WholeDataSet_SplitsByTheNumbersInTheNames()
    {
        // As CIFAR10-DVS is laid out; ordinal order would put number 10 before number 2.
        foreach (string name in (string[])["airplane", "automobile"])
            Make([.. Enumerable.Range(0, 29).Select(i => $"{name}/cifar10_{name}_{i}.aedat")]);

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal(ClassFileKind.Events, opened.Kind);
        Assert.Equal(["airplane", "automobile"], opened.Train!.ClassNames);
        Assert.Equal(
            [.. Enumerable.Range(0, 27).Select(i => $"airplane/cifar10_airplane_{i}.aedat"), .. Enumerable.Range(0, 27).Select(i => $"automobile/cifar10_automobile_{i}.aedat")],
            Names(opened.Train));
        Assert.Equal(
            ["airplane/cifar10_airplane_27.aedat", "airplane/cifar10_airplane_28.aedat", "automobile/cifar10_automobile_27.aedat", "automobile/cifar10_automobile_28.aedat"],
            Names(opened.Validation!));
        Assert.Equal([0, 0, 1, 1], opened.Measured.Samples.Select(sample => sample.ClassIndex));
    }

    [Theory]
    [InlineData(1000, 900)]
    [InlineData(10, 9)]
    [InlineData(19, 18)]
    [InlineData(20, 18)]
    public void Open_WholeDataSet_MeasuresOnTheLastTenth(int recordings, int training)
    {
        Make([.. Enumerable.Range(0, recordings).Select(i => $"cat/{i}.npz")]);

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal((training, recordings - training), (opened.Train!.Samples.Count, opened.Validation!.Samples.Count));
    }

    [Fact]
    public void Open_ClassTooSmallToSplit_LeavesNothingToMeasureOn()
    {
        Make([.. Enumerable.Range(0, 10).Select(i => $"cat/{i}.npy"), .. Enumerable.Range(0, 9).Select(i => $"dog/{i}.npy")]);

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Null(opened.Validation);
        Assert.Equal(19, opened.Measured.Samples.Count);
    }

    [Fact]
    public void Open_WithSplitFolders_LeavesThemAsTheyAre()
    {
        Make([.. Enumerable.Range(0, 20).Select(i => $"train/cat/{i}.aedat"), "test/cat/1.aedat"]);

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal((20, 1), (opened.Train!.Samples.Count, opened.Validation!.Samples.Count));
    }

    [Fact]
    public void Open_ClassWithoutRecordings_IsNamed()
    {
        Make("cat/a.aedat", "dog/notes.txt");

        Assert.Contains($"{Path.Combine(_folder.Path, "dog")} holds no event data", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".aedat and .npz", "cat/a.aedat", "dog/a.npz")]
    [InlineData("pictures as well as event data", "cat/a.aedat", "cat/a.png")]
    [InlineData("pictures as well as event data", "train/cat/a.npy", "train/dog/a.jpg")]
    public void Open_SeveralKindsOfFiles_AreRefused(string reason, params string[] files)
    {
        Make(files);

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a_2", "a_10")]
    [InlineData("a_9_x", "a_9_y")]
    [InlineData("a", "a1")]
    [InlineData("a01", "a1")]
    [InlineData("a1b", "a01c")]
    [InlineData("7", "a")]
    [InlineData("12345678901234567890123", "12345678901234567890124")]
    public void NaturalOrder_CountsNumbers(string first, string second)
    {
        Assert.True(NaturalOrder.Comparer.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Comparer.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Comparer.Compare(first, new string(first)));
    }

    private string Refusal() => Assert.Throws<InvalidInputException>(() => ClassFolder.Open(_folder.Path)).Message;

    private string[] Names(LabelledSamples samples) => [.. samples.Samples.Select(sample => Path.GetRelativePath(_folder.Path, sample.Source.Path))];

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllBytes(_folder.File(file), [0]);
    }
}
