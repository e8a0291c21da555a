using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DataFolderKind.Coco, "annotations/instances_train.json", "train/a.jpg")]
    [InlineData(DataFolderKind.Coco, "train/_annotations.coco.json", "train/a.jpg")]
    [InlineData(DataFolderKind.Coco, "labels.json", "a.jpg")]
    [InlineData(DataFolderKind.Classes, "cat/a.jpg", "dog/a.jpg")]
    [InlineData(DataFolderKind.Classes, "train/cat/a.jpg", "train/dog/a.jpg")]
    [InlineData(DataFolderKind.Classes, "cat/a.jpg", "train/a.jpg")]
    [InlineData(DataFolderKind.Classes, "cat/a.jpg", "class_names.json")]
    [InlineData(DataFolderKind.EventClasses, "cat/a.aedat", "dog/a.aedat")]
    [InlineData(DataFolderKind.EventClasses, "train/cat/a.NPZ", "val/cat/a.npz")]
    [InlineData(DataFolderKind.EventClasses, "cat/a.npy", "labels.json")]
    public void Recognise_ByWhatIsInIt(DataFolderKind kind, params string[] files)
    {
        Make(files);

        Assert.Equal(kind, DataFolder.Recognise(_folder.Path));
        Assert.Equal(kind, DataFolder.Recognise(_folder.Path + Path.DirectorySeparatorChar));
    }

    [Theory]
    [InlineData("holds no data")]
    [InlineData("holds no data", "notes.txt")]
    [InlineData("holds no data", "annotations/readme.txt")]
    [InlineData("holds pictures, but neither annotations nor class folders", "a.jpg")]
    [InlineData("holds pictures, but neither annotations nor class folders", "train/a.jpg", "val/b.jpg")]
    public void Recognise_WhatFitsNothing_SaysWhatWasLookedFor(string reason, params string[] files)
    {
        Make(files);

        var exception = Assert.Throws<InvalidInputException>(() => DataFolder.Recognise(_folder.Path));

        Assert.StartsWith(_folder.Path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains("annotations/instances_train.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains("CLASS/*.jpg", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognise_WhatIsNoFolder_SaysSo()
    {
        Make("a.jpg");

        Assert.Contains("is a file", Refusal(_folder.File("a.jpg")), StringComparison.Ordinal);
        Assert.Contains("no folder", Refusal(Path.Combine(_folder.Path, "none")), StringComparison.Ordinal);

        static string Refusal(string path) => Assert.Throws<InvalidInputException>(() => DataFolder.Recognise(path)).Message;
    }

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllBytes(_folder.File(file), [0]);
    }
}
