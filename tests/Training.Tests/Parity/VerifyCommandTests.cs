using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;
using SpikingDetector.Export.Tests;
using SpikingDetector.Training.Commands;

namespace SpikingDetector.Training.Tests.Parity;

/// <summary>What the command <c>verify</c> prints of an int8-exact file, and what its limits decide.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private readonly TinyCheckpoint _checkpoint = new(TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { Kind = DecoderKind.Rate }));
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public VerifyCommandTests() => File.WriteAllBytes(
        _path, OnnxExporter.Export(_checkpoint.File, new ExportOptions { Precision = ExportPrecision.Int8Exact }).ToByteArray());

    public void Dispose()
    {
        _checkpoint.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Json_NamesJudgesLimitsLayersAndOutputs()
    {
        (int code, string output, string error) = await Verify("--json");

        Assert.True(code == ExitCode.Success, error + output);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.True((bool)report["passed"]!);
        Assert.Equal("int8-exact", (string?)report["precision"]);
        Assert.Equal(["checkpoint", "rounded checkpoint"], report["comparisons"]!.AsArray().Select(comparison => (string?)comparison!["against"]));
        foreach (JsonNode? comparison in report["comparisons"]!.AsArray())
        {
            Assert.True((bool)comparison!["passed"]!);
            Assert.Null(comparison["first_failing"]);
            Assert.True((double)comparison["limits"]!["spikes"]! > 0);
            Assert.All(comparison["layers"]!.AsArray(), layer => Assert.InRange((double)layer!["alone"]!, 0, 0.02));
            Assert.All(comparison["layers"]!.AsArray(), layer => Assert.InRange((double)layer!["differing"]!, 0, 1));
            Assert.Equal(["logits", "probabilities"], comparison["outputs"]!.AsArray().Select(found => (string?)found!["name"]));
            Assert.All(comparison["outputs"]!.AsArray(), found => Assert.True((double)found!["mean"]! <= (double)found["largest"]!));
        }

        Assert.NotNull((string?)report["comparisons"]![0]!["first_departing"]);
        Assert.All(report["comparisons"]![1]!["layers"]!.AsArray(), layer => Assert.InRange((double)layer!["alone"]!, 0, 0.001));
    }

    [Fact]
    public async Task MaxSpikes_OfNone_FailsOnRoundedWeights()
    {
        (int code, string output, _) = await Verify("--json", "--max-spikes", "0");

        Assert.Equal(ExitCode.CheckFailed, code);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.NotNull((string?)report["comparisons"]![0]!["first_failing"]);
        Assert.True((bool)report["comparisons"]![1]!["passed"]!);
    }

    [Theory]
    [InlineData("--max-spikes", "1.5")]
    [InlineData("--max-output", "-1")]
    [InlineData("--max-mean", "NaN")]
    [InlineData("--max-unmatched", "2")]
    public async Task LimitOutOfRange_IsRefused(string option, string value)
    {
        (int code, _, string error) = await Verify(option, value);

        Assert.Equal(ExitCode.BadUse, code);
        Assert.Contains($"{option} is {value}; expected a number from 0 to 1", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> Verify(params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        System.CommandLine.RootCommand root = [VerifyCommand.Create()];
        int code = await CommandLineApp.RunAsync(root, ["verify", _checkpoint.File.Path, _path, .. more], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
