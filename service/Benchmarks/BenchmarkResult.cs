namespace SpikingDetector.Service.Benchmarks;

/// <summary>What a benchmark measured.</summary>
internal sealed record BenchmarkResult(
    BenchmarkPlan Plan, string Model, Spread StartSeconds, MemoryResult Memory, SpeedResult Speed, AllocationResult Allocation)
{
    /// <summary>The figures that have a target.</summary>
    public IReadOnlyList<(Target Target, double Value)> Figures =>
    [
        (Target.Throughput, Speed.Ratio.Median),
        (Target.AddedMedian, Speed.OneClient.AddedLatency.Percentile(0.5)),
        (Target.AddedTail, Speed.OneClient.AddedLatency.Percentile(0.99)),
        (Target.Memory, Memory.Ratio),
        (Target.Allocation, Allocation.BeyondFramework / 1024),
        (Target.Start, StartSeconds.Median),
    ];

    public bool MeetsAllTargets => Figures.All(figure => figure.Target.IsMetBy(figure.Value));
}
