using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Shutdown;
using SpikingDetector.Service.Work;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>How the program starts, and what keeps it from starting.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Images:MaxBodyBytes", "0")]
    [InlineData("Images:MaxPixels", "0")]
    [InlineData("Images:MaxSide", "65536")]
    [InlineData("Work:MaxInFlight", "0")]
    [InlineData("Work:DecodeWorkers", "257")]
    [InlineData("Batching:MaxSize", "257")]
    [InlineData("Batching:QueueCapacity", "0")]
    [InlineData("Shutdown:DrainSeconds", "0")]
    [InlineData("Models:KeepVersions", "0")]
    [InlineData("Models:CudaMemoryMiB", "-1")]
    [InlineData("Models:PollSeconds", "3601")]
    [InlineData("Work:DeadlineSeconds", "0")]
    [InlineData("Work:RetryAfterSeconds", "-1")]
    [InlineData("Models:IntraOpThreads", "-1")]
    [InlineData("Models:CudaDevice", "64")]
    [InlineData("Models:Folder", "")]
    [InlineData("Models:Device", "7")]
    public void SettingOutOfRange_IsRefusedByName(string key, string value)
    {
        WebApplicationBuilder builder = ServiceBuilder.Create([$"--{key}={value}"]).AddModels().AddPictureWork().AddShutdown();
        using ServiceProvider services = builder.Services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(key.Split(':')[1], exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Work:MaxInFlight", "0", "MaxInFlight must be between 1 and 4096")]
    [InlineData("Images:MaxBodyBytes", "0", "MaxBodyBytes must be between 1024 and 1073741824")]
    [InlineData("Work:MaxInFlights", "5", "MaxInFlights")]
    [InlineData("Models:Device", "gpu", "'gpu'")]
    public async Task WrongSetting_EndsTheProgramWithASentence(string key, string value, string says)
    {
        (int exitCode, string output) = await RunAsync($"--{key}={value}");
        AssertSentence(exitCode, output, says);
    }

    [Fact]
    public async Task Cuda_WithoutCuda_EndsTheProgramWithASentence()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        (int exitCode, string output) = await RunAsync($"--Models:Folder={models.Path}", "--Models:Device=cuda");
        AssertSentence(exitCode, output, "This build runs on the CPU only");
    }

    [Fact]
    public async Task PortInUse_EndsTheProgramWithASentence()
    {
        // With models that are still being opened when the program ends.
        using var models = new TemporaryFolder();
        foreach (string name in (string[])["a", "b", "c", "d"])
            ReferenceModels.ExportTo(models[$"{name}.onnx"], ReferenceModels.Detector);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (int exitCode, string output) = await RunAsync($"--urls=http://{listener.LocalEndpoint}", $"--Models:Folder={models.Path}");
        AssertSentence(exitCode, output, "address already in use");
    }

    private static void AssertSentence(int exitCode, string output, string says)
    {
        Assert.Equal(2, exitCode);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Problem.AssertNoTrace(output);
    }

    /// <summary>Runs the service as a program of its own, which is expected to end by itself.</summary>
    /// <summary>ONNX Runtime would keep an identifier of the machine there, and reports to send; data protection keys.</summary>
    [Fact]
    public async Task HomeFolder_StaysEmpty()
    {
        using var models = new TemporaryFolder();
        using var home = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        (int exitCode, _, _) = await ServiceProgram.RunAsync(
            ["--urls=http://127.0.0.1:0", $"--Models:Folder={models.Path}", "--Models:Device=cuda"], home.Path);
        Assert.Equal(2, exitCode);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] settings)
    {
        (int exitCode, string output, string error) = await ServiceProgram.RunAsync(["--urls=http://127.0.0.1:0", .. settings]);
        return (exitCode, output + error);
    }
}
