using SpikingDetector.Core.Coco;

namespace SpikingDetector.Core.Tests.Coco;

public sealed class CocoGroundTruthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_TakesWhatPycocotoolsTakes()
    {
        CocoGroundTruth read = Read(
            """
            {
              "info": {"year": 2017}, "licenses": [],
              "images": [{"id": 7, "file_name": "a.jpg", "width": 10, "height": 10, "coco_url": null}],
              "annotations": [
                {"id": 1, "image_id": 7, "category_id": 3, "bbox": [-5, 0, 100, 0], "area": 12.5, "iscrowd": 0,
                 "segmentation": [[1, 2, 3, 4, 5, 6]]},
                {"id": 2, "image_id": 8, "category_id": 9, "bbox": [1, 2, 3, 4], "iscrowd": 1,
                 "segmentation": {"counts": [1, 2], "size": [10, 10]}},
                {"id": 3, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4], "area": 2, "iscrowd": true}
              ],
              "categories": [{"id": 3, "name": "cell", "supercategory": "blood"}]
            }
            """);

        Assert.Equal([new CocoImage(7, "a.jpg")], read.Images);
        Assert.Equal(
            [
                new CocoAnnotation(1, 7, 3, new CocoBox(-5, 0, 100, 0), 12.5, false),
                new CocoAnnotation(2, 8, 9, new CocoBox(1, 2, 3, 4), 12, true),
                new CocoAnnotation(3, 7, 3, new CocoBox(1, 2, 3, 4), 2, true),
            ],
            read.Annotations);
        Assert.Equal("cell", Assert.Single(read.Categories).Name);
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("null", "holds null")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{\"images\": [", "line 1")]
    [InlineData("{\"images\": [], \"annotations\": []}", "no \"categories\"")]
    [InlineData("{\"images\": [], \"categories\": []}", "no \"annotations\"")]
    [InlineData("{\"annotations\": [], \"categories\": []}", "no \"images\"")]
    [InlineData("{\"images\": [{\"id\": \"x\"}], \"annotations\": [], \"categories\": []}", "$.images[0].id")]
    [InlineData("{\"images\": [{}], \"annotations\": [], \"categories\": []}", "images[0] has no \"id\"")]
    [InlineData("{\"images\": [null], \"annotations\": [], \"categories\": []}", "images[0] has no \"id\"")]
    [InlineData("{\"images\": [], \"annotations\": [{\"id\": 4, \"bbox\": [1, 2, 3]}], \"categories\": []}", "annotation 4 has no \"bbox\"")]
    [InlineData("{\"images\": [], \"annotations\": [{\"bbox\": [1, 2, 3, 4]}], \"categories\": []}", "annotations[0] has no \"id\"")]
    [InlineData("{\"images\": [], \"annotations\": [], \"categories\": [{\"id\": 1}]}", "categories[0] has no \"name\"")]
    public void Read_WhatIsNoInstancesFile_IsRefused(string json, string reason)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(json));

        Assert.Contains(_folder.Path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Read_WithoutAFile_NamesIt()
    {
        var exception = Assert.Throws<InvalidInputException>(() => CocoGroundTruth.Read(_folder.File("none.json")));

        Assert.Contains("none.json", exception.Message, StringComparison.Ordinal);
    }

    private CocoGroundTruth Read(string json)
    {
        string path = _folder.File("instances.json");
        File.WriteAllText(path, json);
        return CocoGroundTruth.Read(path);
    }
}
