using System.Diagnostics;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>The training program, and the exporter, as processes of their own.</summary>
internal static class CommandRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static Process Start(params string[] arguments) => StartProgram("SpikingDetector.Training.dll", arguments);

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) => Wait(Start(arguments));

    public static (int ExitCode, string Output, string Error) RunExporter(params string[] arguments) =>
        Wait(StartProgram("SpikingDetector.Export.dll", arguments));

    /// <summary>Runs the training program in a shell that has run other commands before.</summary>
    public static (int ExitCode, string Output, string Error) RunInShell(string before, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "bash", ["-c", $"{before}; exec dotnet \"$@\"", "bash", Path.Combine(AppContext.BaseDirectory, "SpikingDetector.Training.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Wait(Process.Start(start)!);
    }

    private static Process StartProgram(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static (int ExitCode, string Output, string Error) Wait(Process started)
    {
        using Process process = started;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', process.StartInfo.ArgumentList)} ran for more than {Limit}");
        }

        return (process.ExitCode, output.Result, error.Result);
    }
}
