using SpikingDetector.Training.Benchmarks;

namespace SpikingDetector.Training.Tests.Benchmarks;

/// <summary>Medians, spread and growth of known numbers.</summary>
public sealed class BenchmarkResultTests
{
    [Fact]
    public void Rate_IsOfTheMedianStep_AndSpreadLeavesTheTenthsOut()
    {
        // Totals 1, 2 … 20 seconds, in no order.
        StepTimes[] steps = [.. Enumerable.Range(0, 20).Select(i => new StepTimes(0, 0.25, 0.25, 0.25, 0.25, i * 7 % 20))];
        var result = new BenchmarkResult(64, steps, [100], 100);
        Assert.Equal(64 / 11.0, result.Rate);
        Assert.Equal((64 / 19.0, 64 / 3.0), result.Spread);
        Assert.Equal(10, result.Part(times => times.Update));
    }

    [Fact]
    public void MemoryGrowth_ComparesTheLastTenthWithTheFirst()
    {
        // One step of each tenth held much more for a moment.
        long[] resident = [100, 100, 900, .. Enumerable.Repeat(500L, 24), 110, 900, 110];
        StepTimes[] steps = [.. resident.Select(_ => new StepTimes(0, 1, 0, 0, 0, 0))];
        Assert.Equal(0.1, new BenchmarkResult(1, steps, resident, 900).MemoryGrowth, 9);
    }

    [Fact]
    public void OneStep_IsEnough()
    {
        var result = new BenchmarkResult(3, [new StepTimes(0, 1, 0, 0.5, 0, 0)], [7], 8);
        Assert.Equal(2, result.Rate);
        Assert.Equal(0, result.MemoryGrowth);
    }
}
