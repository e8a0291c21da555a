using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class ClassFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenFolders_ListsClassesAndFilesInOrdinalOrder()
    {
        Make("b/2.png", "b/10.jpeg", "b/deep/1.JPG", "B/x.webp", "a/y.bmp", "a/notes.txt", "a/._y.bmp", ".cache/z.jpg", "readme.md");

        LabelledSamples opened = LabelledSamples.OpenFolders(_folder.Path, ClassFileKind.Pictures);

        Assert.Equal(["B", "a", "b"], opened.ClassNames);
        Assert.Equal(
            [("B/x.webp", 0), ("a/y.bmp", 1), ("b/10.jpeg", 2), ("b/2.png", 2), ("b/deep/1.JPG", 2)],
            opened.Samples.Select(sample => (Path.GetRelativePath(_folder.Path, sample.Source.Path), sample.ClassIndex)));
    }

    [Fact]
    public void OpenFolders_WithoutClasses_IsRefused()
    {
        Make("a.jpg");

        Assert.Contains("no class folders", Refusal(() => LabelledSamples.OpenFolders(_folder.Path, ClassFileKind.Pictures)), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFolders_AClassWithoutPictures_IsNamed()
    {
        Make("cat/a.jpg", "dog/notes.txt");

        string refusal = Refusal(() => LabelledSamples.OpenFolders(_folder.Path, ClassFileKind.Pictures));
        Assert.Contains(Path.Combine(_folder.Path, "dog"), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithoutSplits_TrainsOnAll()
    {
        Make("cat/a.jpg", "train/b.jpg");

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        // "train" holds pictures itself: a class of vehicles, not a split.
        Assert.Equal(["cat", "train"], opened.Train!.ClassNames);
        Assert.Null(opened.Validation);
    }

    [Theory]
    [InlineData("val")]
    [InlineData("valid")]
    [InlineData("validation")]
    [InlineData("test")]
    public void Open_FindsTheSplits(string validation)
    {
        Make("train/cat/a.jpg", "train/dog/b.jpg", $"{validation}/cat/c.jpg", $"{validation}/dog/d.jpg");

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Equal(Path.Combine(_folder.Path, "train"), opened.Train!.Path);
        Assert.Equal(Path.Combine(_folder.Path, validation), opened.Validation!.Path);
    }

    [Fact]
    public void Open_PrefersValidationToTest_AndDoesWithoutTraining()
    {
        Make("test/cat/a.jpg", "val/cat/a.jpg");

        ClassFolder opened = ClassFolder.Open(_folder.Path);

        Assert.Null(opened.Train);
        Assert.Equal(Path.Combine(_folder.Path, "val"), opened.Validation!.Path);
    }

    [Fact]
    public void Open_SplitsWithDifferentClasses_AreRefused()
    {
        Make("train/cat/a.jpg", "train/dog/b.jpg", "val/cat/c.jpg", "val/cow/d.jpg");

        Assert.Contains("dog, cow", Refusal(() => ClassFolder.Open(_folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TwoFoldersOfOneSplit_AreRefused()
    {
        Make("train1/cat/a.jpg", "train2/cat/b.jpg");

        Assert.Contains("only one can be the training split", Refusal(() => ClassFolder.Open(_folder.Path)), StringComparison.Ordinal);
    }

    private static string Refusal(Func<object> open) => Assert.Throws<InvalidInputException>(open).Message;

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllBytes(_folder.File(file), [0]);
    }
}
