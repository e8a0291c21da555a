using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Data;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>What is wrong with a data folder is said in one sentence before a training begins.</summary>
public sealed class BadDataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void ClassWithoutPictures_IsNamed()
    {
        TinyData.Classes(_folder);
        Directory.CreateDirectory(In("train", "grey"));
        AssertRefused(DataFolderKind.Classes, $"The class folder {In("train", "grey")} holds no pictures");
    }

    [Fact]
    public void ClassWhosePicturesAreFolders_HoldsNone()
    {
        TinyData.Classes(_folder);
        Directory.CreateDirectory(In("train", "grey", "x.jpg"));
        AssertRefused(DataFolderKind.Classes, $"The class folder {In("train", "grey")} holds no pictures");
    }

    [Fact]
    public void FolderNamedLikeAPicture_IsPassedOver()
    {
        TinyData.Classes(_folder);
        Directory.CreateDirectory(In("train", "dark", "x.jpg"));
        Assert.Equal(16, DataSet.Read(_folder, DataFolderKind.Classes).Training.Count);
    }

    [Theory]
    [InlineData("val")]
    [InlineData("train")]
    public void ClassOfOneSplitOnly_IsNamed(string split)
    {
        TinyData.Classes(_folder);
        Directory.CreateDirectory(In(split, "grey"));
        File.Copy(In("train", "dark", "0.png"), In(split, "grey", "0.png"));
        AssertRefused(DataFolderKind.Classes, "hold different classes: grey in one of them only");
    }

    [Fact]
    public void NoTrainingPictures_IsSaid()
    {
        TinyData.Classes(_folder);
        Directory.Delete(In("train"), recursive: true);
        AssertRefused(DataFolderKind.Classes, $"{_folder} has no training pictures; expected train/CLASS/*.jpg, or all binary files of CIFAR-10");
    }

    [Fact]
    public void AnnotationsWithoutPictures_AreRefused() => AssertRefused(
        file => file["images"] = new JsonArray(), "instances_train.json: lists no images: expected at least one");

    [Fact]
    public void CategoryThatIsNotListed_IsNamed() => AssertRefused(
        file => file["annotations"]![3]!["category_id"] = 7, "annotation 4 is of category 7, which \"categories\" does not list");

    [Fact]
    public void PictureThatIsNotThere_IsNamed()
    {
        TinyData.Coco(_folder);
        File.Delete(In("train", "5.png"));
        Directory.CreateDirectory(In("train", "5.png"));
        AssertRefused(DataFolderKind.Coco, $"lists the picture 5.png, which is not in {In("train")}");
    }

    [Fact]
    public void SplitsOfUnlikeCategories_AreRefused() => AssertRefused(
        file => file["categories"]![0]!["name"] = "circle", "the training and validation annotations list different categories");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void AssertRefused(Action<JsonNode> spoil, string expected)
    {
        TinyData.Coco(_folder);
        string path = In("annotations", "instances_train.json");
        JsonNode file = JsonNode.Parse(File.ReadAllText(path))!;
        spoil(file);
        File.WriteAllText(path, file.ToJsonString());
        AssertRefused(DataFolderKind.Coco, expected);
    }

    private void AssertRefused(DataFolderKind kind, string expected)
    {
        string message = Assert.Throws<InvalidInputException>(() => DataSet.Read(_folder, kind)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
