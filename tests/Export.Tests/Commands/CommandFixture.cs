using SpikingDetector.Core.CommandLine;
using SpikingDetector.Export.Commands;

namespace SpikingDetector.Export.Tests.Commands;

/// <summary>Runs the program's commands with a temporary folder for files.</summary>
public abstract class CommandFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("export-tests-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Folder => _folder.FullName;

    protected string FilePath(string name) => Path.Combine(Folder, name);

    protected static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLineApp.RunAsync(ExportProgram.CreateRoot(), arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    protected static async Task<string> RunSuccessfully(params string[] arguments)
    {
        (int exitCode, string output, string error) = await Run(arguments);
        Assert.True(exitCode == ExitCode.Success, error);
        return output;
    }

    /// <summary>Exit code 2, nothing on standard output and a sentence that contains all the words.</summary>
    protected static async Task RunRefused(string[] arguments, params string[] words)
    {
        (int exitCode, string output, string error) = await Run(arguments);
        Assert.Equal(ExitCode.BadUse, exitCode);
        Assert.Empty(output);
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
