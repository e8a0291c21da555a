using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Tests.Load;

public sealed class SamplesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1001)]
    [InlineData(4567)]
    public void Percentile_IsThatOfAPlainComputation(int count)
    {
        var random = new Random(count);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 100)];
        var samples = new Samples();
        foreach (double value in values)
            samples.Add(value);

        // In thousandths, so that the place between two values is a whole number.
        foreach (int share in (int[])[0, 500, 900, 950, 990, 999, 1000])
        {
            double[] sorted = [.. values.Order()];
            int place = share * (count - 1);
            double rest = place % 1000 / 1000.0;
            double expected = rest == 0 ? sorted[place / 1000] : sorted[place / 1000] * (1 - rest) + sorted[place / 1000 + 1] * rest;
            Assert.Equal(expected, samples.Percentile(share / 1000.0), 9);
        }
    }

    [Fact]
    public void Percentile_AfterMoreValues_CountsThem()
    {
        var samples = new Samples();
        samples.Add(3);
        Assert.Equal(3, samples.Percentile(1));
        samples.Add(1);
        Assert.Equal(1, samples.Percentile(0));
        var others = new Samples();
        others.Add(0);
        samples.AddAll(others);
        Assert.Equal(0, samples.Percentile(0));
        Assert.Equal(3, samples.Count);
    }

    [Fact]
    public void Percentile_OfNothing_IsNoNumber() => Assert.Equal(double.NaN, new Samples().Percentile(0.5));
}
