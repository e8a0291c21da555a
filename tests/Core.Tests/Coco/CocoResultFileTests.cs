using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Coco;

public sealed class CocoResultFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameNumbers()
    {
        Category[] categories = [new(4, "RBC"), new(9, "WBC")];
        CocoResult[] results =
        [
            CocoResult.From(17, new Core.Detection.Detection(new Box(1.1f, 2.2f, 30.3f, 40.4f), 1, 0.97f), categories),
            new(long.MaxValue, 4, new CocoBox(0.1, 1.0 / 3, 1e-7, 12345.678), 1e-300),
        ];
        string path = _folder.File("detections.json");

        CocoResultFile.Write(path, results);

        Assert.Equal(results, CocoResultFile.Read(path));
        Assert.Equal(9, results[0].CategoryId);
        Assert.Equal(30.3f - 1.1f, results[0].Box.Width, 1e-5);
        Assert.StartsWith("[{\"image_id\":17,\"category_id\":9,\"bbox\":[1.", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "cannot be read")]
    [InlineData("[{\"image_id\": 1}]", "entry [0]")]
    [InlineData("[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3], \"score\": 1}]", "entry [0]")]
    [InlineData("[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, \"4\"], \"score\": 1}]", "$[0].bbox[3]")]
    public void Read_WhatIsNoResultsFile_IsRefused(string json, string reason)
    {
        string path = _folder.File("detections.json");
        File.WriteAllText(path, json);

        var exception = Assert.Throws<InvalidInputException>(() => CocoResultFile.Read(path));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
