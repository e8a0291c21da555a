using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class UnlabelledSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ClassFileKind.Pictures, "b.jpg a.png", "a.png b.jpg")]
    [InlineData(ClassFileKind.Pictures, "x/y/z.png a.jpg notes.txt .hidden.jpg", "a.jpg x/y/z.png")]
    [InlineData(ClassFileKind.Pictures, "train/cat/a.jpg train/dog/a.jpg val/cat/b.jpg val/dog/c.jpg", "val/cat/b.jpg val/dog/c.jpg")]
    [InlineData(ClassFileKind.Pictures, "cat/a.jpg dog/a.jpg", "cat/a.jpg dog/a.jpg")]
    [InlineData(ClassFileKind.Events, "b_10.npy b_9.npy c.png", "b_9.npy b_10.npy")]
    [InlineData(ClassFileKind.Events, "cat/a.aedat dog/a.aedat", "cat/a.aedat dog/a.aedat")]
    public void Find_TakesWhatIsMeasuredOn_ElseAllOfTheKind(ClassFileKind kind, string files, string expected)
    {
        Make(files.Split(' '));

        Assert.Equal(
            expected.Split(' ').Select(name => Path.Combine(_folder.Path, name)),
            UnlabelledSamples.Find(_folder.Path, kind).Select(sample => sample.Path));
    }

    [Fact]
    public void Find_InAnAnnotatedFolder_TakesTheValidationPictures()
    {
        Make("train/a.jpg", "val/b.jpg", "val/not-listed.jpg");
        Annotate("train", "a.jpg");
        Annotate("val", "b.jpg");

        SampleSource only = Assert.Single(UnlabelledSamples.Find(_folder.Path, ClassFileKind.Pictures));

        Assert.Equal(Path.Combine(_folder.Path, "val", "b.jpg"), only.Path);
    }

    [Theory]
    [InlineData(ClassFileKind.Pictures, "a.npy", "holds no pictures: expected")]
    [InlineData(ClassFileKind.Events, "a.jpg", "holds no event data: expected")]
    public void Find_WhereNothingIsOfTheKind_SaysWhatWasExpected(ClassFileKind kind, string file, string reason)
    {
        Make(file);

        var exception = Assert.Throws<InvalidInputException>(() => UnlabelledSamples.Find(_folder.Path, kind));

        Assert.Contains($"{_folder.Path} {reason}", exception.Message, StringComparison.Ordinal);
    }

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllBytes(_folder.File(file), [0]);
    }

    private void Annotate(string split, string picture) => File.WriteAllText(
        _folder.File($"annotations/instances_{split}.json"),
        $$"""
        {"images": [{"id": 1, "file_name": "{{picture}}", "width": 8, "height": 8}],
         "categories": [{"id": 1, "name": "cell"}], "annotations": []}
        """);
}
