using System.Diagnostics;

namespace SpikingDetector.Training.Tests.Distributed;

/// <summary>The training program in several processes.</summary>
internal static class MpiRun
{
    private const string Program = "mpirun";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Starts processes on this machine, however few processors it has.</summary>
    public static Process Start(int processes, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{processes}",
            "dotnet", Path.Combine(AppContext.BaseDirectory, "SpikingDetector.Training.dll"), .. arguments,
        ];
        foreach (string argument in all)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public static (int ExitCode, string Output, string Error) Run(int processes, params string[] arguments)
    {
        using Process process = Start(processes, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{processes} processes ran for more than {Limit}");
        }

        return (process.ExitCode, output.Result, error.Result);
    }
}
