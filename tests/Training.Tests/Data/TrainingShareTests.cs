using SpikingDetector.Core.Data;
using SpikingDetector.Training.Data;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>A share of the training samples has as much of each class, the same ones every time.</summary>
public sealed class TrainingShareTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0.25, new[] { 2, 6, 10, 14 })]
    [InlineData(0.5, new[] { 1, 3, 5, 7, 9, 11, 13, 15 })]
    [InlineData(0.01, new[] { 4, 12 })]
    public void Share_OfClasses_TakesEachAtEvenDistances(double share, int[] kept)
    {
        var all = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);
        DataSet part = all.WithTrainingShare(share);

        Assert.Equal(kept.Select(index => all.Training[index]), part.Training);
        Assert.Equal(all.Validation, part.Validation);
    }

    [Fact]
    public void Share_OfAnnotatedPictures_TakesThemAtEvenDistances()
    {
        var all = DataSet.Read(TinyData.Coco(_folder), DataFolderKind.Coco);

        Assert.Equal([all.Training[2], all.Training[6]], all.WithTrainingShare(0.25).Training);
    }

    [Fact]
    public void Share_OfOne_IsEverything()
    {
        var all = DataSet.Read(TinyData.Classes(_folder), DataFolderKind.Classes);

        Assert.Equal(all.Training, all.WithTrainingShare(1).Training);
    }
}
