using System.Diagnostics;
using SpikingDetector.Tests;

namespace SpikingDetector.Training.Tests.Publishing;

public sealed class PublishTests
{
    /// <summary>
    /// With its recipes beside it, and also where the system's libstdc++ is older than LibTorchSharp's (Debian 12). Files are linked rather than copied, since LibTorch
    /// is large.
    /// </summary>
    [Fact]
    public async Task PublishedTrainer_LoadsLibTorch()
    {
        // On the disk of the build, where links to the packages are possible.
        string folder = Path.Combine(AppContext.BaseDirectory, "published");
        try
        {
            string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Name;
            (int exitCode, string output) = await RunAsync(
                "dotnet", "publish", Path.Combine(RepositoryRoot.Path, "training"), "--no-build", "--configuration", configuration, "--output", folder,
                "-nodeReuse:false", "-p:CreateHardLinksForPublishFilesIfPossible=true");
            Assert.True(exitCode == 0, output);

            string checkpoint = Path.Combine(folder, "new.safetensors");
            (exitCode, output) = await RunAsync(
                Path.Combine(folder, "SpikingDetector.Training"), "create", Path.Combine(folder, "recipes", "cifar10-quick.json"), "--output", checkpoint);
            Assert.True(exitCode == 0, output);
            Assert.True(File.Exists(checkpoint));
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
