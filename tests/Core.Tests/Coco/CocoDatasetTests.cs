using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Coco;

public sealed class CocoDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (long Id, string File, int Width, int Height)[] _images = [(20, "b.jpg", 100, 80), (10, "a.jpg", 64, 48)];
    private readonly (int Id, string Name)[] _categories = [(5, "WBC"), (2, "RBC")];

    public CocoDatasetTests()
    {
        foreach ((_, string file, _, _) in _images)
            File.WriteAllBytes(_folder.File(file), [0]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GathersObjectsByPicture_WithCategoriesById()
    {
        CocoDataset dataset = Load(_images, _categories, Object(1, 20, 5, 1, 2, 3, 4), Object(2, 20, 2, 10, 20, 30, 40, crowd: true));

        Assert.Equal([new Category(2, "RBC"), new Category(5, "WBC")], dataset.Categories);
        Assert.Equal([10, 20], dataset.Pictures.Select(picture => picture.Id));
        Assert.Empty(dataset.Pictures[0].Objects);
        Assert.Equal(Path.Combine(_folder.Path, "b.jpg"), dataset.Pictures[1].Path);
        Assert.Equal((100, 80), (dataset.Pictures[1].Width, dataset.Pictures[1].Height));
        Assert.Equal(
            [new CocoObject(1, 1, new Box(1, 2, 4, 6), false), new CocoObject(2, 0, new Box(10, 20, 40, 60), true)],
            dataset.Pictures[1].Objects);
        Assert.Equal(2, dataset.GroundTruth.Annotations.Count);
    }

    [Fact]
    public void Load_ABoxUpToOnePixelOutside_IsClipped()
    {
        CocoDataset dataset = Load(_images, _categories, Object(1, 10, 2, -1, -0.5, 66, 49.5));

        Assert.Equal(new Box(0, 0, 64, 48), dataset.Pictures[0].Objects[0].Box);
    }

    [Theory]
    [InlineData(-1.1, 0, 10, 10)]
    [InlineData(0, -1.1, 10, 10)]
    [InlineData(60, 0, 5.1, 10)]
    [InlineData(0, 40, 10, 9.1)]
    [InlineData(200, 200, 10, 10)]
    public void Load_ABoxOutsideItsPicture_IsRefused(double x, double y, double width, double height)
    {
        AssertRefused("annotation 31 has the box", () => Load(_images, _categories, Object(31, 10, 2, x, y, width, height)));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(-4, -5)]
    public void Load_ABoxOfNoArea_IsRefused(double width, double height)
    {
        AssertRefused("annotation 31 has a box of no area", () => Load(_images, _categories, Object(31, 10, 2, 5, 5, width, height)));
    }

    [Fact]
    public void Load_ABoxThatOnlyLiesInTheTolerance_IsRefused()
    {
        AssertRefused("annotation 31", () => Load(_images, _categories, Object(31, 10, 2, 64.2, 5, 0.5, 10)));
    }

    [Fact]
    public void Load_UnknownIds_AreRefused()
    {
        AssertRefused("annotation 31 is of image 99", () => Load(_images, _categories, Object(31, 99, 2, 1, 1, 1, 1)));
        AssertRefused("annotation 31 is of category 99", () => Load(_images, _categories, Object(31, 10, 99, 1, 1, 1, 1)));
    }

    [Fact]
    public void Load_RepeatedIds_AreRefused()
    {
        AssertRefused(
            "annotation id 31 twice",
            () => Load(_images, _categories, Object(31, 10, 2, 1, 1, 1, 1), Object(31, 20, 2, 1, 1, 1, 1)));
        AssertRefused("image id 10 twice", () => Load([.. _images, (10, "a.jpg", 64, 48)], _categories));
        AssertRefused("category id 2 twice", () => Load(_images, [.. _categories, (2, "again")]));
    }

    [Fact]
    public void Load_EmptyLists_AreRefused()
    {
        AssertRefused("no images", () => Load([], _categories));
        AssertRefused("no categories", () => Load(_images, []));
    }

    [Theory]
    [InlineData(0, 48)]
    [InlineData(64, -1)]
    public void Load_APictureOfNoSize_IsRefused(int width, int height)
    {
        AssertRefused("image 30 (a.jpg)", () => Load([(30, "a.jpg", width, height)], _categories));
    }

    [Fact]
    public void Load_MissingPictures_AreNamedAndCounted()
    {
        AssertRefused("the picture c.jpg", () => Load([.. _images, (30, "c.jpg", 8, 8)], _categories));
        AssertRefused("nor are 2 more", () => Load([.. _images, (1, "c.jpg", 8, 8), (2, "d.jpg", 8, 8), (3, "e.jpg", 8, 8)], _categories));
        AssertRefused("the picture c.jpg", () => Load([(30, "c.jpg", 8, 8)], _categories));
    }

    [Fact]
    public void Load_TakesTheFolderThatHoldsThePictures()
    {
        string annotations = Write(_images, _categories);
        string empty = Path.GetDirectoryName(_folder.File("empty/x"))!;

        CocoDataset dataset = CocoDataset.Load(new CocoSource(annotations, [empty, _folder.Path]));

        Assert.All(dataset.Pictures, picture => Assert.True(File.Exists(picture.Path)));
    }

    private void AssertRefused(string reason, Func<CocoDataset> load)
    {
        var exception = Assert.Throws<InvalidInputException>(load);

        Assert.StartsWith(Path.Combine(_folder.Path, "instances.json"), exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static CocoAnnotation Object(
        long id, long image, int category, double x, double y, double width, double height, bool crowd = false) =>
        new(id, image, category, new CocoBox(x, y, width, height), width * height, crowd);

    private CocoDataset Load(
        (long Id, string File, int Width, int Height)[] images, (int Id, string Name)[] categories, params CocoAnnotation[] objects) =>
        CocoDataset.Load(Write(images, categories, objects), _folder.Path);

    private string Write(
        (long Id, string File, int Width, int Height)[] images, (int Id, string Name)[] categories, params CocoAnnotation[] objects)
    {
        string path = _folder.File("instances.json");
        InstancesFile.Write(path, images, objects, categories);
        return path;
    }
}
