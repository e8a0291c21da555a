namespace SpikingDetector.Export.Benchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="Threads">Threads that shared the work of a run.</param>
/// <param name="Batch">Inputs of a run.</param>
/// <param name="Rounds">Turns that each model had.</param>
/// <param name="Models">In the order given.</param>
internal sealed record BenchmarkResult(int Threads, int Batch, int Rounds, IReadOnlyList<ModelResult> Models)
{
    /// <summary>Inputs a second at the median latency.</summary>
    public double Throughput(ModelResult model) => Batch * 1000 / model.Latency.Median;
}
