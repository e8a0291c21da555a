using System.Runtime.InteropServices;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Specs;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

public sealed class EventInputsTests : IDisposable
{
    private const int Steps = 8;
    private const int Frame = 2 * 128 * 128;

    private static readonly ModelSpec Spec = new()
    {
        Name = "tiny",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec { Family = BackboneFamily.SevenB, TimeSteps = Steps },
        Decoder = new DecoderSpec { Kind = DecoderKind.Rate },
        Labels = ["a"],
        Input = new EventInputSpec { Height = 128, Width = 128 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(0, 10)];

    [Fact]
    public void Make_WithoutAugmentation_IsWhatTheServiceSees()
    {
        string path = Write(3);
        Assert.Equal(new EventPreparation(Spec).ReadFile(path).Counts, Make(new(), path, 1));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Make_DeletesAsManySlicesAsAskedFor_InPlace(int seed)
    {
        string path = Write(3);
        float[] whole = Make(new(), path, seed);
        float[] made = Make(new AugmentationRecipe { DeleteSlices = 3 }, path, seed);

        int[] deleted = [.. Enumerable.Range(0, Steps).Where(step => Slice(made, step).Sum() == 0)];
        Assert.Equal(3, deleted.Length);
        Assert.All(Enumerable.Range(0, Steps).Except(deleted), step => Assert.Equal(Slice(whole, step), Slice(made, step)));
    }

    [Fact]
    public void Make_DeletesOtherSlicesWithOtherSeeds()
    {
        string path = Write(3);
        string[] choices = [.. Enumerable.Range(0, 20).Select(seed => string.Join(',', Enumerable.Range(0, Steps)
            .Where(step => Slice(Make(new AugmentationRecipe { DeleteSlices = 3 }, path, seed), step).Sum() == 0)))];
        Assert.True(choices.Distinct().Count() > 10, string.Join(' ', choices));
    }

    [Fact]
    public void Make_Flips_MoveEveryCountToTheOtherSide()
    {
        string path = Write(3);
        float[] whole = Make(new(), path, 0);
        float[] mirrored = Make(new AugmentationRecipe { HorizontalFlip = 1 }, path, 0);
        float[] turned = Make(new AugmentationRecipe { VerticalFlip = 1 }, path, 0);
        for (int i = 0; i < whole.Length; i++)
        {
            (int plane, int y, int x) = (i / (128 * 128), i / 128 % 128, i % 128);
            Assert.Equal(whole[i], mirrored[(plane * 128 + y) * 128 + 127 - x]);
            Assert.Equal(whole[i], turned[(plane * 128 + 127 - y) * 128 + x]);
        }

        Assert.NotEqual(whole, mirrored);
        Assert.NotEqual(whole, turned);
    }

    [Fact]
    public void Epoch_SameSeed_GivesSameBatches()
    {
        string[] paths = [.. Enumerable.Range(0, 4).Select(i => Write(i))];
        Assert.Equal(Bytes(3, 0), Bytes(3, 0));
        Assert.NotEqual(Bytes(3, 0), Bytes(3, 1));
        Assert.NotEqual(Bytes(3, 0), Bytes(4, 0));

        byte[] Bytes(int seed, int epoch)
        {
            var inputs = new EventInputs(Samples(paths), Spec, new AugmentationRecipe { DeleteSlices = 2, HorizontalFlip = 0.5f }, WhenUnreadable.Stop);
            return [.. new BatchLoader(inputs, 2, seed).Epoch(epoch, 0, default).SelectMany(batch => batch.Input)];
        }
    }

    [Theory]
    [InlineData(1, 255)]
    [InlineData(2, 256)]
    [InlineData(2, 65_535)]
    [InlineData(4, 65_536)]
    [InlineData(4, 0.5f)]
    public void CompactCounts_TakeAsFewBytesAsTheyNeed(int bytesEach, float largest)
    {
        var compact = new CompactCounts([0, 1, largest, 3]);
        var counts = new float[4];
        compact.CopyTo(counts);

        Assert.Equal(4 * bytesEach, compact.ByteCount);
        Assert.Equal([0, 1, largest, 3], counts);
    }

    [Fact]
    public void SampleStore_DecodesOnceWithinItsBudget()
    {
        var decoded = new List<int>();
        var store = new SampleStore<string>(3, index => { decoded.Add(index); return $"{index}"; }, _ => 10, budgetBytes: 20);
        foreach (int index in (int[])[0, 1, 2, 0, 1, 2])
            Assert.Equal($"{index}", store.Get(index));
        Assert.Equal([0, 1, 2, 2], decoded);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static float[] Slice(float[] frames, int step) => frames[(step * Frame)..((step + 1) * Frame)];

    private static Sample[] Samples(params string[] paths) => [.. paths.Select(path => new Sample(new SampleFile(Path.GetDirectoryName(path)!, Path.GetFileName(path)), Target.OfClass(0)))];

    private static float[] Make(AugmentationRecipe augmentation, string path, int seed)
    {
        SampleInput made = new EventInputs(Samples(path), Spec, augmentation, WhenUnreadable.Stop).Make(0, new Random(seed))!;
        Assert.Equal(0, made.Target.Label);
        return MemoryMarshal.Cast<byte, float>(made.Content).ToArray();
    }

    private string Write(int seed)
    {
        string path = Path.Combine(_folder, $"{seed}.aedat");
        File.WriteAllBytes(path, TestEvents.Square(10, 20, 60, 5000, seed));
        return path;
    }
}
