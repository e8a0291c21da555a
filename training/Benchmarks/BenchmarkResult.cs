using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Benchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="BatchSize">Inputs of a step.</param>
/// <param name="Steps">Measured steps, at least one.</param>
/// <param name="Resident">Bytes of memory that the process held after each step.</param>
/// <param name="PeakMemory">Most bytes of memory that the process ever held.</param>
internal sealed record BenchmarkResult(
    int BatchSize, IReadOnlyList<StepTimes> Steps, IReadOnlyList<long> Resident, long PeakMemory)
{
    /// <summary>Inputs of all epochs of the training together; null where they are not known.</summary>
    public long? TrainingSamples { get; init; }

    /// <summary>How long the whole training would take at this rate, without evaluations; null where its inputs are not known.</summary>
    public TimeSpan? WholeTraining => TrainingSamples is { } samples ? TimeSpan.FromSeconds(samples / Rate) : null;

    /// <summary>Inputs a second of the median step.</summary>
    public double Rate => BatchSize / Quantile(times => times.Total, 0.5);

    /// <summary>Inputs a second of which nine steps of ten reach at least the first and one of ten the second.</summary>
    public (double Low, double High) Spread =>
        (BatchSize / Quantile(times => times.Total, 0.9), BatchSize / Quantile(times => times.Total, 0.1));

    /// <summary>
    /// How much more memory the process held in the last tenth of the steps than in the first, as a share of the latter;
    /// medians, since a collection of garbage is no growth.
    /// </summary>
    public double MemoryGrowth
    {
        get
        {
            int tenth = Math.Max(1, Resident.Count / 10);
            return Median(Resident.TakeLast(tenth)) / Median(Resident.Take(tenth)) - 1;

            static double Median(IEnumerable<long> bytes) => BenchmarkResult.Quantile(bytes.Select(value => (double)value), 0.5);
        }
    }

    /// <summary>Median seconds of a part.</summary>
    public double Part(Func<StepTimes, double> part) => Quantile(part, 0.5);

    /// <summary>Rates in inputs a second, times in milliseconds, memory in bytes.</summary>
    public JsonObject ToJson()
    {
        var parts = new JsonObject();
        foreach ((string name, Func<StepTimes, double> part) in StepTimes.Parts)
            parts[name] = Math.Round(Part(part) * 1000, 3);
        return new JsonObject
        {
            ["batch_size"] = BatchSize,
            ["steps"] = Steps.Count,
            ["images_per_second"] = new JsonObject
            {
                ["median"] = Math.Round(Rate, 2),
                ["low"] = Math.Round(Spread.Low, 2),
                ["high"] = Math.Round(Spread.High, 2),
            },
            ["step_ms"] = Math.Round(Quantile(times => times.Total, 0.5) * 1000, 3),
            ["parts_ms"] = parts,
            ["peak_memory"] = PeakMemory,
            ["memory_growth"] = Math.Round(MemoryGrowth, 4),
            ["training_seconds"] = WholeTraining is { } whole ? Math.Round(whole.TotalSeconds, 1) : null,
        };
    }

    private double Quantile(Func<StepTimes, double> part, double share) => Quantile(Steps.Select(part), share);

    private static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }
}
