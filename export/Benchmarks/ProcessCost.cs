using System.Diagnostics;
using System.Text.Json;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Benchmarks;

/// <summary>What a process that runs one model and nothing else costs.</summary>
/// <param name="LoadMilliseconds">From the file to a session that can run.</param>
/// <param name="PeakBytes">Most memory that the process ever held.</param>
/// <param name="RuntimeBytes">The same before it loaded the model: .NET and ONNX Runtime themselves.</param>
internal sealed record ProcessCost(double LoadMilliseconds, long PeakBytes, long RuntimeBytes)
{
    /// <summary>The hidden command that calls <see cref="MeasureHere"/> and prints the result as JSON.</summary>
    public const string CommandName = "measure-process";

    // Arenas grow in the first run, and in the second where memory is planned by what the first one took.
    private const int Runs = 3;

    /// <summary>Measures in a new process of this program, since the peak of this one is that of whatever it ever did.</summary>
    /// <exception cref="InvalidInputException">The process fails, such as for lack of memory.</exception>
    public static ProcessCost MeasureApart(string path, int batch, int threads, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(ProgramPath(), [CommandName, path, "--batch", $"{batch}", "--threads", $"{threads}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancellation.Register(process.Kill);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != ExitCode.Success)
        {
            throw new InvalidInputException(
                $"{path} cannot be run in a process of its own, which ended with exit code {process.ExitCode}: {error.Result.Trim()}");
        }

        return JsonSerializer.Deserialize<ProcessCost>(output)!;
    }

    /// <summary>Measures in this process, which must not have done anything else.</summary>
    public static ProcessCost MeasureHere(string path, int batch, int threads)
    {
        _ = OnnxRuntime.Environment;
        long before = Peak();
        using var session = BenchmarkSession.Open(path, threads);
        session.Feed(batch);
        for (int run = 0; run < Runs; run++)
            session.Run();
        return new ProcessCost(session.LoadMilliseconds, Peak(), before);
    }

    private static long Peak()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    // Not the path of this process, which may be a test's or dotnet's.
    private static string ProgramPath() => Path.Combine(
        AppContext.BaseDirectory, typeof(ProcessCost).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
}
