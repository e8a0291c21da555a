using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

public sealed class BatchLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ModelSpec _spec = Reference.Spec("sg10_cifar_asd");

    [Fact]
    public void Epoch_SameSeed_GivesSameBatches()
    {
        BatchLoader loader = Loader(seed: 5);
        Assert.Equal(Pixels(loader.Epoch(2, 0, default)), Pixels(Loader(seed: 5).Epoch(2, 0, default)));
        Assert.NotEqual(Pixels(loader.Epoch(2, 0, default)), Pixels(loader.Epoch(3, 0, default)));
        Assert.NotEqual(Pixels(loader.Epoch(2, 0, default)), Pixels(Loader(seed: 6).Epoch(2, 0, default)));
    }

    [Fact]
    public void Epoch_FromALaterBatch_GivesTheRestOfTheSame()
    {
        BatchLoader loader = Loader(seed: 5);
        Assert.Equal(Pixels(loader.Epoch(0, 0, default).Skip(2)), Pixels(loader.Epoch(0, 2, default)));
    }

    [Fact]
    public void Epoch_UsesEveryPictureAtMostOnce()
    {
        BatchLoader loader = Loader(seed: 1);
        Assert.Equal(3, loader.BatchesPerEpoch);
        Assert.Equal([5, 5, 5], loader.Epoch(0, 0, default).Select(batch => batch.Count));
    }

    [Fact]
    public void InOrder_GivesAllPicturesWithTheirLabels()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        Target[] targets = [.. data.ValidationBatches(_spec, 3).InOrder(default).SelectMany(batch => batch.Targets)];
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], targets.Select(target => target.Label));
        Assert.Equal(["dark", "light"], data.Labels);
    }

    [Fact]
    public void InOrder_BrokenPicture_IsNamed()
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        string broken = data.Validation[2].Path;
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..60]);
        var error = Assert.ThrowsAny<InvalidInputException>(() => data.ValidationBatches(_spec, 3).InOrder(default).Count());
        Assert.Contains(broken, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongKindOfFolder_SaysWhatTheTaskNeeds()
    {
        TinyData.Classes(_folder);
        var error = Assert.Throws<InvalidInputException>(() => DataSet.Read(_folder, DataFolderKind.Coco));
        Assert.Contains("a detector learns from COCO annotations", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BatchLoader Loader(int seed)
    {
        DataSet data = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        return data.TrainingBatches(_spec, new AugmentationRecipe { CropPadding = 4, HorizontalFlip = 0.5f }, 5, seed);
    }

    private static byte[] Pixels(IEnumerable<Batch> batches) => [.. batches.SelectMany(batch => batch.Input)];
}
