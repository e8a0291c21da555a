using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

public sealed class ExportCommandTests : CommandFixture
{
    private static readonly string Detector = ReferenceFiles.CheckpointPath("retina10_asd");
    private static readonly string Classifier = ReferenceFiles.CheckpointPath("sew10_iand");

    [Fact]
    public async Task Export_WritesTheFileAndSaysWhatItHolds()
    {
        string output = await RunSuccessfully("export", Detector, "--output", FilePath("model.onnx"), "--raw-heads", "--activity");
        using var model = new OnnxModel(await File.ReadAllBytesAsync(FilePath("model.onnx")));
        Assert.Equal(["boxes", "scores", "labels", "cls_logits", "bbox_regression", "firing_rates"], model.OutputNames);
        Assert.Contains("float32", output, StringComparison.Ordinal);
        Assert.Contains("image: uint8 [N, 128, 256, 3]", output, StringComparison.Ordinal);
        Assert.Contains("boxes: float [N, 100, 4]", output, StringComparison.Ordinal);
        Assert.Contains("labels: int64 [N, 100]", output, StringComparison.Ordinal);
        Assert.Contains("firing_rates: float [N, 12]", output, StringComparison.Ordinal);
        Assert.Equal(["model.onnx"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_WithoutOptions_HasTheContractsOutputsOnly()
    {
        await RunSuccessfully("export", Classifier, "--output", FilePath("model.onnx"), "--precision", "float32");
        using var model = new OnnxModel(await File.ReadAllBytesAsync(FilePath("model.onnx")));
        Assert.Equal(["logits", "probabilities"], model.OutputNames);
        Assert.Equal([-1, 10], model.OutputShape("logits"));
    }

    [Fact]
    public async Task Export_WithBatch_FixesTheFirstSide()
    {
        await RunSuccessfully("export", Classifier, "--output", FilePath("model.onnx"), "--batch", "3");
        using var model = new OnnxModel(await File.ReadAllBytesAsync(FilePath("model.onnx")));
        Assert.Equal([3, 32, 32, 3], model.InputShape("image"));
        Assert.Equal([3, 10], model.OutputShape("logits"));
    }

    [Fact]
    public async Task Export_InAnUnknownPrecision_NamesTheOneThatExists()
    {
        await RunRefused(["export", Detector, "--output", FilePath("m.onnx"), "--precision", "int8"], "int8", "float32");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Export_OfRawHeadsOfAClassifier_IsRefused() =>
        await RunRefused(["export", Classifier, "--output", FilePath("m.onnx"), "--raw-heads"], Classifier, "--raw-heads");

    [Fact]
    public async Task Export_WithBatchZero_IsRefused() =>
        await RunRefused(["export", Classifier, "--output", FilePath("m.onnx"), "--batch", "0"], "batch", "0");

    [Fact]
    public async Task Export_OntoTheCheckpoint_IsRefused()
    {
        string copy = FilePath("checkpoint.safetensors");
        File.Copy(Classifier, copy);
        await RunRefused(["export", copy, "--output", copy], copy, "another name");
        Assert.Equal(await File.ReadAllBytesAsync(Classifier), await File.ReadAllBytesAsync(copy));
    }

    [Fact]
    public async Task Export_OfATruncatedCheckpoint_IsRefusedAndKeepsTheOldFile()
    {
        byte[] whole = await File.ReadAllBytesAsync(Classifier);
        await File.WriteAllBytesAsync(FilePath("cut.safetensors"), whole[..^100]);
        await File.WriteAllTextAsync(FilePath("model.onnx"), "old");
        await RunRefused(["export", FilePath("cut.safetensors"), "--output", FilePath("model.onnx")], "cut.safetensors", "cut short");
        Assert.Equal("old", await File.ReadAllTextAsync(FilePath("model.onnx")));
    }
}
