using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;
using SpikingDetector.Service.Shutdown;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>The command that containers check their health with.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task ReadyService_Is0_OneThatEnds1WithTheReason()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(models.Path);
        string url = service.Client.BaseAddress!.ToString();
        Assert.Equal((ExitCode.Success, "ready", ""), await RunAsync(url));

        service.Services.GetRequiredService<ShutdownState>().Begin();
        Assert.Equal((ExitCode.CheckFailed, "The service is about to stop.", ""), await RunAsync(url));
    }

    [Fact]
    public async Task NothingThere_OrNoAnswer_Is1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string url = $"http://{listener.LocalEndpoint}";
        Assert.Equal((ExitCode.CheckFailed, $"{url}/health/ready does not answer within 0.2 s.", ""), await RunAsync(url, "--timeout", "0.2"));

        listener.Stop();
        (int exitCode, string output, string error) = await RunAsync(url);
        Assert.Equal((ExitCode.CheckFailed, ""), (exitCode, error));
        Assert.StartsWith($"{url}/health/ready does not answer: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("ftp://localhost")]
    [InlineData("nowhere")]
    public async Task NoAddress_IsRefused(string url)
    {
        (int exitCode, _, string error) = await RunAsync(url);
        Assert.Equal((ExitCode.BadUse, $"'{url}' is no address of a service; expected one such as http://localhost:8080."), (exitCode, error));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLineApp.RunAsync(
            ServiceCommands.CreateRoot(_ => throw new NotSupportedException()), ["health", .. arguments], output, error);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
