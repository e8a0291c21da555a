using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class CocoFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("annotations/instances_train.json", "train", "annotations/instances_val.json", "val")]
    [InlineData("annotations/instances_train2017.json", "train2017", "annotations/instances_val2017.json", "val2017")]
    [InlineData("annotations/instances_train2017.json", "images/train2017", "annotations/instances_val2017.json", "images/val2017")]
    [InlineData("annotations/instances_train.json", "train2017", "annotations/instances_val.json", "val2017")]
    [InlineData("annotations/train.json", "train", "annotations/test.json", "test")]
    [InlineData("annotations/train.json", "images", "annotations/val.json", "images")]
    [InlineData("train/_annotations.coco.json", "train", "valid/_annotations.coco.json", "valid")]
    [InlineData("train/labels.json", "train/images", "val/labels.json", "val/images")]
    [InlineData("train.json", "train", "val.json", "val")]
    [InlineData("instances_train.json", "images", "instances_val.json", "images")]
    public void Open_FindsBothSplitsAndTheirPictures(string train, string trainPictures, string validation, string validationPictures)
    {
        Make(train, validation, $"{trainPictures}/a.jpg", $"{validationPictures}/b.jpg");

        CocoFolder opened = CocoFolder.Open(_folder.Path + Path.DirectorySeparatorChar);

        AssertSource(train, trainPictures, "a.jpg", opened.Train);
        AssertSource(validation, validationPictures, "b.jpg", opened.Validation);
    }

    [Theory]
    [InlineData("_annotations.coco.json", "")]
    [InlineData("instances.json", "images")]
    [InlineData("annotations/instances_default.json", "images")]
    [InlineData("annotations/instances.json", "")]
    public void Open_OneFileThatNamesNoSplit_TrainsOnAll(string file, string pictures)
    {
        Make(file, Path.Combine(pictures, "a.jpg"));

        CocoFolder opened = CocoFolder.Open(_folder.Path);

        AssertSource(file, pictures, "a.jpg", opened.Train);
        Assert.Null(opened.Validation);
    }

    [Fact]
    public void Open_PassesOverCaptions()
    {
        Make("annotations/captions_train2017.json", "annotations/instances_train2017.json", "train2017/a.jpg");

        AssertSource("annotations/instances_train2017.json", "train2017", "a.jpg", CocoFolder.Open(_folder.Path).Train);
    }

    [Theory]
    [InlineData("looked for annotations/instances_train.json", "train/a.jpg")]
    [InlineData("no pictures for", "annotations/instances_train.json")]
    [InlineData("several annotation files (one.json, two.json)", "one.json", "two.json", "a.jpg")]
    [InlineData("only one can be the training split", "annotations/instances_train2014.json", "annotations/instances_train2017.json", "images/a.jpg")]
    public void Open_WhatCannotBeTold_IsRefused(string reason, params string[] files)
    {
        Make(files);

        var exception = Assert.Throws<InvalidInputException>(() => CocoFolder.Open(_folder.Path));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private void AssertSource(string file, string pictures, string picture, CocoSource? source)
    {
        Assert.NotNull(source);
        Assert.Equal(Path.Combine(_folder.Path, file), source.AnnotationFile);
        string found = source.PictureFolders.First(folder => File.Exists(Path.Combine(folder, picture)));
        Assert.Equal(Path.TrimEndingDirectorySeparator(Path.Combine(_folder.Path, pictures)), found);
    }

    private void Make(params string[] files)
    {
        foreach (string file in files)
            File.WriteAllBytes(_folder.File(file), [0]);
    }
}
