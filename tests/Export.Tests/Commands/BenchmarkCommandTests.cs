using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Proto;
using SpikingDetector.Tests;
using ElementType = SpikingDetector.Proto.TensorProto.Types.DataType;

namespace SpikingDetector.Export.Tests.Commands;

public sealed class BenchmarkCommandTests : CommandFixture
{
    [Fact]
    public async Task Benchmark_AsJson_GivesEveryFigureOfEveryModel()
    {
        string spiking = await Export("sew10_iand");
        string foreign = await Foreign("sew10_iand", _ => { });
        JsonObject json = await Json(spiking, foreign, "--rounds", "2", "--batch", "2", "--threads", "1");
        Assert.Equal(2, (int)json["rounds"]!);
        Assert.Equal(2, (int)json["batch"]!);
        Assert.Equal(1, (int)json["threads"]!);
        Assert.Equal(Environment.ProcessorCount, (int)json["machine"]!["cores"]!);
        Assert.NotEmpty((string)json["machine"]!["processor"]!);
        Assert.StartsWith("1.", (string)json["machine"]!["onnx_runtime"]!, StringComparison.Ordinal);

        JsonArray models = json["models"]!.AsArray();
        Assert.Equal([spiking, foreign], models.Select(model => (string)model!["path"]!));
        Assert.Equal(["float32", null], models.Select(model => (string?)model!["precision"]));
        Assert.All(models, model => AssertFigures(model!));
        Assert.All(["median", "p10", "p90"], name => Assert.Equal(1, (double)models[0]!["ratio_to_first"]![name]!));
    }

    [Fact]
    public async Task Benchmark_WithProfile_GivesTheTimeOfEachOperatorAndLeavesNoFile()
    {
        string model = await Export("sew10_iand");
        JsonObject json = await Json(model, "--rounds", "1", "--profile");
        JsonArray operators = json["models"]![0]!["operators"]!.AsArray();
        JsonNode convolution = Assert.Single(operators, entry => (string)entry!["type"]! == "Conv")!;
        int nodes = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(model)).Graph.Node.Count(node => node.OpType == "Conv");
        Assert.Equal(nodes, (double)convolution["calls_per_run"]!);
        Assert.True((double)convolution["ms_per_run"]! > 0);
        Assert.InRange(operators.Sum(entry => (double)entry!["share"]!), 0.01, 1.01);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "spiking-detector-profile-*"));
    }

    [Fact]
    public async Task Benchmark_ForPeople_ShowsTables()
    {
        string text = await RunSuccessfully("benchmark", await Export("ann10"), await Export("sew10_iand"), "--rounds", "1", "--profile");
        Assert.All(
            ["ann10.onnx", "sew10_iand.onnx", "ratio", "1.00", "peak memory", "Conv", "between operators", "1 round with 1 input", "ONNX Runtime 1."],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Benchmark_OfAnEventNetworkFixedToABatch_TakesThatBatch()
    {
        string model = await Export("sevenb_sew_add_if", "--batch", "2");
        Assert.Equal(2, (int)(await Json(model, "--rounds", "1"))["batch"]!);
        await RunRefused(["benchmark", model, "--batch", "3"], model, "takes 2 at a time", "--batch");
    }

    [Fact]
    public async Task Benchmark_OfAMissingFile_IsRefused() =>
        await RunRefused(["benchmark", FilePath("none.onnx")], "no file", "none.onnx");

    [Fact]
    public async Task Benchmark_OfAFileThatIsNotOnnx_IsRefused()
    {
        await File.WriteAllTextAsync(FilePath("text.onnx"), "not a model");
        await RunRefused(["benchmark", FilePath("text.onnx")], "text.onnx", "not an ONNX file");
    }

    [Fact]
    public async Task Benchmark_OfInputsThatItCannotFeed_SaysWhich()
    {
        string sides = await Foreign("sew10_iand", input => input.Shape.Dim[1].DimParam = "rows");
        await RunRefused(["benchmark", sides], sides, "'image'", "rows, 32, 3]", "known");
        string type = await Foreign("sew10_iand", input => input.ElemType = (int)ElementType.Int8);
        await RunRefused(["benchmark", type], type, "'image'", "int8", "uint8 or float");
    }

    [Theory]
    [InlineData("--threads", "0")]
    [InlineData("--batch", "0")]
    [InlineData("--rounds", "many")]
    [InlineData("--seconds", "-1")]
    public async Task Benchmark_WithANumberOutOfRange_IsRefused(string option, string value) =>
        await RunRefused(["benchmark", "model.onnx", option, value], $"{option} is {value}; expected");

    [Fact]
    public async Task Benchmark_WithBothRoundsAndSeconds_IsRefused() =>
        await RunRefused(["benchmark", "model.onnx", "--rounds", "2", "--seconds", "3"], "--rounds", "--seconds");

    [Fact]
    public async Task Benchmark_OfABatchBeyondMemory_IsRefused() =>
        await RunRefused(["benchmark", await Export("sew10_iand"), "--batch", "2000000000"], "--batch", "2000000000");

    private static void AssertFigures(JsonNode model)
    {
        foreach (string name in (string[])["latency_ms", "ratio_to_first"])
        {
            JsonNode spread = model[name]!;
            Assert.InRange((double)spread["p10"]!, double.Epsilon, (double)spread["median"]!);
            Assert.InRange((double)spread["p90"]!, (double)spread["median"]!, double.MaxValue);
        }

        double throughput = 2000 / (double)model["latency_ms"]!["median"]!;
        Assert.InRange((double)model["throughput_per_second"]!, 0.99 * throughput, 1.01 * throughput);
        Assert.Equal(new FileInfo((string)model["path"]!).Length, (long)model["file_bytes"]!);
        Assert.True((long)model["peak_memory_bytes"]! > (long)model["peak_memory_before_loading_bytes"]!);
        Assert.True((double)model["load_ms"]! > 0);
    }

    private async Task<string> Export(string network, params string[] options)
    {
        string path = FilePath($"{network}.onnx");
        await RunSuccessfully(["export", ReferenceFiles.CheckpointPath(network), "--output", path, .. options]);
        return path;
    }

    /// <summary>A file without this project's metadata, and with a changed input.</summary>
    private async Task<string> Foreign(string network, Action<TypeProto.Types.Tensor> change)
    {
        var model = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(await Export(network)));
        model.MetadataProps.Clear();
        change(model.Graph.Input[0].Type.TensorType);
        string path = FilePath("foreign.onnx");
        await File.WriteAllBytesAsync(path, model.ToByteArray());
        return path;
    }

    private static async Task<JsonObject> Json(params string[] arguments)
    {
        (int exitCode, string output, string error) = await Run(["benchmark", .. arguments, "--json"]);
        Assert.True(exitCode == 0, error);
        Assert.Empty(error);
        return JsonNode.Parse(output)!.AsObject();
    }
}
