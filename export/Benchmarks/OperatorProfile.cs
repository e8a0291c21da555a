using System.Text.Json;
using SpikingDetector.Core;

namespace SpikingDetector.Export.Benchmarks;

/// <summary>Where the time of a run goes.</summary>
/// <param name="RunMilliseconds">Mean of a run, with what profiling itself takes.</param>
/// <param name="Operators">By operator type, the longest first.</param>
internal sealed record OperatorProfile(double RunMilliseconds, IReadOnlyList<OperatorTime> Operators)
{
    private const int WarmUpRuns = 2;
    private const int LeastRuns = 5;
    private const double Milliseconds = 1000;

    // ONNX Runtime keeps a million events at most, and large graphs have some thousand nodes.
    private const int MostRuns = 50;

    /// <summary>Time of a run that no operator accounts for.</summary>
    public double OtherMilliseconds => RunMilliseconds - Operators.Sum(time => time.Milliseconds);

    /// <summary>Runs a model with ONNX Runtime's profiling, for about a second, and reads what it wrote.</summary>
    public static OperatorProfile Measure(string path, int batch, int threads, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spiking-detector-profile-");
        try
        {
            using var session = BenchmarkSession.Open(path, threads, Path.Combine(folder.FullName, "profile"));
            session.Feed(batch);
            double total = 0;
            for (int run = -WarmUpRuns; run < LeastRuns || (run < MostRuns && total < Milliseconds); run++)
            {
                cancellation.ThrowIfCancellationRequested();
                double time = session.Run();
                total += run >= 0 ? time : 0;
            }

            using FileStream file = File.OpenRead(session.EndProfiling());
            return Read(file, WarmUpRuns);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Reads a profile as ONNX Runtime writes it, in the Chrome trace format: <c>model_run</c> events of the category
    /// <c>Session</c> and, within their time, <c>…_kernel_time</c> events of the category <c>Node</c>; times in microseconds.
    /// </summary>
    /// <param name="profile">The JSON file.</param>
    /// <param name="warmUpRuns">The first so many runs do not count; at least one more must be there.</param>
    public static OperatorProfile Read(Stream profile, int warmUpRuns)
    {
        using JsonDocument document = JsonDocument.Parse(profile);
        JsonElement[] events = [.. document.RootElement.EnumerateArray()];
        JsonElement[] runs =
        [
            .. events.Where(entry => Is(entry, "Session") && Name(entry) == "model_run").OrderBy(Start).Skip(warmUpRuns),
        ];
        if (runs.Length == 0)
            throw new InvalidInputException($"ONNX Runtime's profile holds no run after the first {warmUpRuns}.");

        long begin = Start(runs[0]);
        double run = runs.Average(Duration);
        IEnumerable<OperatorTime> operators = events
            .Where(entry => Is(entry, "Node") && Name(entry).EndsWith("_kernel_time", StringComparison.Ordinal) && Start(entry) >= begin)
            .GroupBy(entry => entry.GetProperty("args").GetProperty("op_name").GetString()!)
            .Select(group => new OperatorTime(
                group.Key,
                (double)group.Count() / runs.Length,
                group.Sum(Duration) / runs.Length,
                group.Sum(Duration) / (run * runs.Length)));
        return new OperatorProfile(run, [.. operators.OrderByDescending(time => time.Milliseconds)]);
    }

    private static bool Is(JsonElement entry, string category) => entry.GetProperty("cat").ValueEquals(category);

    private static string Name(JsonElement entry) => entry.GetProperty("name").GetString()!;

    private static long Start(JsonElement entry) => entry.GetProperty("ts").GetInt64();

    private static double Duration(JsonElement entry) => entry.GetProperty("dur").GetInt64() / 1000.0;
}
