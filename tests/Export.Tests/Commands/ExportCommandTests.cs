using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

public sealed class ExportCommandTests : CommandFixture
{
    private static readonly string Detector = ReferenceFiles.CheckpointPath("retina10_asd");
    private const string Events = "sevenb_sg_plif_asd";
    private static readonly string Classifier = ReferenceFiles.CheckpointPath("sew10_iand");

    [Fact]
    public async Task Export_WritesTheFileAndSaysWhatItHolds()
    {
        string output = await RunSuccessfully("export", Detector, "--output", FilePath("model.onnx"), "--raw-heads", "--activity");
        using var model = new OnnxModel(await File.ReadAllBytesAsync(FilePath("model.onnx")));
        Assert.Equal(["boxes", "scores", "labels", "cls_logits", "bbox_regression", "firing_rates", "input_rates"], model.OutputNames);
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
    public async Task Export_AtAnotherSize_TakesPicturesOfThatSize()
    {
        string output = await RunSuccessfully("export", Detector, "--output", FilePath("m.onnx"), "--height", "192", "--width", "160");
        Assert.Contains("image: uint8 [N, 192, 160, 3]", output, StringComparison.Ordinal);
        using ModelSession session = ModelSession.Open(FilePath("m.onnx"));
        Assert.Equal((192, 160), (session.Spec.Input.Height, session.Spec.Input.Width));
    }

    [Fact]
    public async Task Export_AtASizeThatTheSpecRefuses_SaysWhichSizesThereAre()
    {
        string[] detector = ["export", Detector, "--output", FilePath("m.onnx")];
        await RunRefused([.. detector, "--height", "100"], Detector, "input.height", "multiple of 32", "100");
        await RunRefused([.. detector, "--width", "0"], "input.width", "multiple of 32", "0");
        await RunRefused(["export", ReferenceFiles.CheckpointPath(Events), "--output", FilePath("m.onnx"), "--width", "160"], "input.width", "multiple of 128", "160");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Export_InAnOlderOperatorSet_SaysSo()
    {
        string output = await RunSuccessfully("export", Classifier, "--output", FilePath("model.onnx"), "--opset", "17");
        Assert.Contains("operator set 17, IR version 8", output, StringComparison.Ordinal);
        await RunRefused(["export", Classifier, "--output", FilePath("m.onnx"), "--opset", "16"], "16", "17 to 21");
        await RunRefused(["export", Classifier, "--output", FilePath("m.onnx"), "--opset", "newest"], "newest");
        Assert.Equal(["model.onnx"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_InAnUnknownPrecision_NamesThoseThatExist()
    {
        await RunRefused(["export", Detector, "--output", FilePath("m.onnx"), "--precision", "int4"], "int4", "float32, float16, int8, int8-exact");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Export_ToWhereNothingCanBeWritten_IsRefused()
    {
        await File.WriteAllTextAsync(FilePath("file"), "no folder");
        await RunRefused(["export", Detector, "--output", FilePath("file/m.onnx")], FilePath("file/m.onnx"));
        await RunRefused(["export", Detector, "--output", Folder], Folder);
        Assert.Equal(["file"], Directory.GetFiles(Folder).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Folder)!, $"{Path.GetFileName(Folder)}?*"));
    }

    [Fact]
    public async Task Export_InInt8_SaysWhatItCosts()
    {
        await WritePictures(Detector);
        string output = await RunSuccessfully("export", Detector, "--output", FilePath("m.onnx"), "--precision", "int8", "--calibration", FilePath("pictures"));
        using var model = new OnnxModel(await File.ReadAllBytesAsync(FilePath("m.onnx")));
        Assert.Equal("int8", model.Metadata["spiking_detector.precision"]);
        Assert.Contains("m.onnx: retina10_asd, int8,", output, StringComparison.Ordinal);
        Assert.Contains("of spikes differ, membrane", string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains(" dB", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_InInt8WithoutPictures_SaysWhatToGive()
    {
        string[] export = ["export", Detector, "--output", FilePath("m.onnx")];
        Directory.CreateDirectory(FilePath("empty"));
        await RunRefused([.. export, "--precision", "int8"], "--calibration");
        await RunRefused([.. export, "--precision", "int8", "--calibration", FilePath("none")], FilePath("none"));
        await RunRefused([.. export, "--precision", "int8", "--calibration", FilePath("empty")], FilePath("empty"), "no pictures");
        await RunRefused([.. export, "--calibration", FilePath("empty")], "--calibration", "int8");
        await RunRefused([.. export, "--precision", "int8-exact", "--calibration", FilePath("empty")], "--calibration", "int8");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Export_OfAPictureThatCannotBeRead_NamesIt()
    {
        Directory.CreateDirectory(FilePath("pictures"));
        await File.WriteAllTextAsync(FilePath("pictures/broken.png"), "no picture");
        await RunRefused(
            ["export", Detector, "--output", FilePath("m.onnx"), "--precision", "int8", "--calibration", FilePath("pictures")], "broken.png");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Export_OfNetworksThatAFormIsNotFor_IsRefused()
    {
        await RunRefused(
            ["export", ReferenceFiles.CheckpointPath("ann10"), "--output", FilePath("m.onnx"), "--precision", "int8-exact"], "int8-exact", "ordinary");
        await WritePictures(Detector);
        await RunRefused(
            ["export", ReferenceFiles.CheckpointPath(Events), "--output", FilePath("m.onnx"), "--precision", "int8", "--calibration", FilePath("pictures")],
            "events", "int8-exact");
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

    private async Task WritePictures(string checkpoint)
    {
        Directory.CreateDirectory(FilePath("pictures"));
        Picture picture = ReferenceModels.Pictures(Path.GetFileName(Path.GetDirectoryName(checkpoint))!)[0];
        await File.WriteAllBytesAsync(FilePath("pictures/a.png"), PictureEncoder.EncodePng(picture));
    }
}
