using System.Text.Json.Nodes;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Benchmarks;

/// <summary>The benchmark as a program of its own, since it takes hold of the console and starts the service again.</summary>
public sealed class BenchmarkTests : IDisposable
{
    private static readonly string Photo = Path.Combine(AppContext.BaseDirectory, "photos", "BloodImage_00014.jpg");

    private readonly TemporaryFolder _models = new();

    public BenchmarkTests() => ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Benchmark_AsJson_IsJsonAloneWithEveryFigure()
    {
        (int exitCode, string output, string error) = await RunAsync(
            Photo, "--clients", "2", "--duration", "0.1", "--rounds", "1", "--requests", "20", "--starts", "1", "--json");

        Assert.Equal("", error);
        JsonObject json = JsonNode.Parse(output)!.AsObject();
        JsonObject figures = json["figures"]!.AsObject();
        Assert.Equal(
            ["throughput_ratio", "added_latency_p50_ms", "added_latency_p99_ms", "memory_ratio", "allocated_kib_per_request", "start_to_ready_s"],
            figures.Select(figure => figure.Key));
        Assert.All(figures, figure => Assert.InRange((double)figure.Value!["value"]!, double.Epsilon, 1e4));
        Assert.Equal(figures.All(figure => (bool)figure.Value!["met"]!) ? 0 : 1, exitCode);
        Assert.Equal("things, version 1", (string)json["model"]!);
        Assert.Equal(2, (int)json["clients"]!);

        double bare = (double)json["bare_pictures_per_second"]!["median"]!;
        double http = (double)json["http_pictures_per_second"]!["median"]!;
        Assert.Equal(http / bare, (double)figures["throughput_ratio"]!["value"]!, 0.01);
        JsonArray memory = json["memory"]!.AsArray();
        Assert.Equal([1, 20], memory.Select(entry => (int)entry!["after_requests"]!));
        long early = (long)memory[0]!["working_set_bytes"]!;
        long late = (long)memory[1]!["working_set_bytes"]!;
        Assert.InRange((long)memory[1]!["managed_heap_bytes"]!, 100_000, late);
        Assert.InRange(early, 50L << 20, 2L << 30);
        Assert.Equal((double)late / early, (double)figures["memory_ratio"]!["value"]!, 0.001);
        Assert.InRange((double)json["allocated_bytes_per_framework_request"]!, 1000, 100_000);
    }

    [Fact]
    public async Task Benchmark_OfAServiceThatDoesNotStart_SaysWhatThatSays()
    {
        (int exitCode, string output, string error) = await RunAsync(Photo, "--set", "Work:MaxInFlight=0");
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Contains("MaxInFlight must be between", error, StringComparison.Ordinal);
        Problem.AssertNoTrace(error);
    }

    [Fact]
    public async Task Benchmark_OfFilesThatTheServiceRefuses_HasNoFigures()
    {
        string text = _models["text.jpg"];
        await File.WriteAllTextAsync(text, "no picture");
        (int exitCode, string output, string error) = await RunAsync(text, "--starts", "1", "--requests", "20");
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Contains("415 unsupported", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Benchmark_WithAWrongSetting_IsRefused()
    {
        (int exitCode, _, string error) = await RunAsync(Photo, "--set", "Work");
        Assert.Equal(2, exitCode);
        Assert.Contains("expected key=value", error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        ServiceProgram.RunAsync(["benchmark", .. arguments, "--set", $"Models:Folder={_models.Path}"]);
}
