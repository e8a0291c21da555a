using System.Text.Json.Nodes;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Load;

public sealed class LoadCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly string Photo = Path.Combine(AppContext.BaseDirectory, "photos", "BloodImage_00014.jpg");

    private string Service => fixture.Client.BaseAddress!.AbsoluteUri;

    [Theory]
    [InlineData("raw")]
    [InlineData("multipart")]
    [InlineData("json")]
    public async Task Load_AsJson_IsJsonAloneWithEveryFigure(string form)
    {
        (int exitCode, string output, string error) = await RunAsync(
            "load", Service, Photo, "--requests", "6", "--concurrency", "2", "--form", form, "--query", "max_detections=1", "--json");

        Assert.Equal("", error);
        Assert.Equal(ExitCode.Success, exitCode);
        JsonObject json = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(6, (int)json["answered"]!);
        Assert.Equal($"{Service}detect?max_detections=1", (string)json["address"]!);
        Assert.Empty(json["errors"]!.AsObject());
        Assert.Equal("closed", (string)json["loop"]!);
        Assert.All(
            [json["latency_ms"], json["added_latency_ms"], json["service_ms"]!["inference"], json["service_ms"]!["decode"], json["service_ms"]!["queue"]],
            times => Assert.Equal(["p50", "p90", "p95", "p99", "p99.9", "max"], times!.AsObject().Select(time => time.Key)));
        double latency = (double)json["latency_ms"]!["p50"]!;
        Assert.InRange((double)json["added_latency_ms"]!["p50"]!, 0, latency);
        Assert.InRange((double)json["service_ms"]!["inference"]!["p50"]!, double.Epsilon, latency);
    }

    [Fact]
    public async Task Load_ForPeople_ShowsATable()
    {
        (int exitCode, string output, _) = await RunAsync("load", Service, Path.GetDirectoryName(Photo)!, "--rate", "20", "--requests", "3");
        Assert.Equal(ExitCode.Success, exitCode);
        Assert.All(
            ["3 requests", "open loop, 20 requests a second", "3 answered, 0 failed", "latency", "p99.9", "inference"],
            words => Assert.Contains(words, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_WhereRequestsFail_SaysWhyAndFailsTheCheck()
    {
        (int exitCode, string output, _) = await RunAsync("load", $"{Service}detect", Photo, "--requests", "2", "--query", "model=none", "--header", "X-Odd: 1");
        Assert.Equal(ExitCode.CheckFailed, exitCode);
        Assert.Contains("2 failed: 404 unknown-model", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OfNoService_IsRefused() =>
        await RefusedAsync(["load", "http://127.0.0.1:9", Photo], "no service at http://127.0.0.1:9", "connection refused");

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("ftp://localhost")]
    [InlineData("http://localhost/detect?model=a")]
    public async Task Load_OfAWrongAddress_IsRefused(string url) => await RefusedAsync(["load", url, Photo], url, "expected");

    [Theory]
    [InlineData("--concurrency", "0", "expected a whole number from 1")]
    [InlineData("--requests", "many", "expected a whole number from 1")]
    [InlineData("--rate", "0", "expected a number above 0")]
    [InlineData("--rate", "NaN", "expected a number above 0")]
    [InlineData("--duration", "-1", "expected a number above 0")]
    [InlineData("--warmup", "-1", "expected a number from 0")]
    [InlineData("--header", "X-Odd", "expected 'Name: value'")]
    [InlineData("--header", "Content-Type: text/plain", "not a header that requests can be given")]
    [InlineData("--form", "xml", "xml")]
    [InlineData("--arrivals", "poisson", "--rate")]
    public async Task Load_WithAWrongOption_IsRefused(string option, string value, string says) =>
        await RefusedAsync(["load", "http://127.0.0.1:9", Photo, option, value], says);

    [Fact]
    public async Task Load_WithBothLoops_IsRefused() =>
        await RefusedAsync(["load", Service, Photo, "--rate", "1", "--concurrency", "2"], "--rate", "--concurrency");

    [Fact]
    public async Task Load_OfNoPictures_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await RefusedAsync(["load", Service, folder.Path], folder.Path, "holds no picture");
        await RefusedAsync(["load", Service, folder["none.jpg"]], "no file or folder", "none.jpg");
    }

    private static async Task RefusedAsync(string[] arguments, params string[] words)
    {
        (int exitCode, string output, string error) = await RunAsync(arguments);
        Assert.Equal(ExitCode.BadUse, exitCode);
        Assert.Equal("", output);
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
        Problem.AssertNoTrace(error);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLineApp.RunAsync(ServiceCommands.CreateRoot(_ => throw new NotSupportedException()), arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
