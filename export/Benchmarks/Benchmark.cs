using SpikingDetector.Core;

namespace SpikingDetector.Export.Benchmarks;

/// <summary>Measures models side by side.</summary>
/// <param name="Paths">ONNX files, at least one; the first is what the others are compared with.</param>
/// <param name="Threads">Threads that share the work of a run, at least 1.</param>
/// <param name="Batch">Inputs of a run; null for what a model is fixed to, and 1 where none is.</param>
/// <param name="Limit">When to stop.</param>
/// <param name="Profiled">Whether to measure time by operator, too.</param>
internal sealed record Benchmark(IReadOnlyList<string> Paths, int Threads, int? Batch, RoundLimit Limit, bool Profiled)
{
    /// <summary>Measures memory, then times in rounds, then operators.</summary>
    /// <param name="progress">Is told the share of the rounds that is done, 0…1.</param>
    /// <param name="cancellation">Stops between two runs.</param>
    /// <exception cref="InvalidInputException">A file cannot be run; nothing was measured yet.</exception>
    public BenchmarkResult Run(Action<double> progress, CancellationToken cancellation)
    {
        var sessions = new List<BenchmarkSession>();
        try
        {
            foreach (string path in Paths)
                sessions.Add(BenchmarkSession.Open(path, Threads));
            int batch = Batch ?? sessions.Select(session => session.FixedBatch).FirstOrDefault(size => size is not null) ?? 1;
            foreach (BenchmarkSession session in sessions)
            {
                session.Feed(batch);

                // A model that fails is named before minutes are spent on the others.
                session.Run();
            }

            ProcessCost[] costs = [.. Paths.Select(path => ProcessCost.MeasureApart(path, batch, Threads, cancellation))];
            var rounds = Rounds.Run([.. sessions.Select<BenchmarkSession, Func<double>>(session => session.Run)], Limit, progress, cancellation);
            IEnumerable<ModelResult> models = Paths.Select((path, i) => new ModelResult(
                path,
                sessions[i].Precision,
                new FileInfo(path).Length,
                rounds.Latency(i),
                rounds.RatioToFirst(i),
                costs[i],
                Profiled ? OperatorProfile.Measure(path, batch, Threads, cancellation) : null));
            return new BenchmarkResult(Threads, batch, rounds.Count, [.. models]);
        }
        finally
        {
            foreach (BenchmarkSession session in sessions)
                session.Dispose();
        }
    }
}
