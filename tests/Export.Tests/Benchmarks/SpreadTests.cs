using SpikingDetector.Export.Benchmarks;

namespace SpikingDetector.Export.Tests.Benchmarks;

public sealed class SpreadTests
{
    [Theory]

    // numpy.percentile(values, [50, 10, 90])
    [InlineData(new[] { 10.0, 1, 9, 2, 8, 3, 7, 4, 6, 5 }, 5.5, 1.9, 9.1)]
    [InlineData(new[] { 4.0, 1, 100 }, 4, 1.6, 80.8)]
    [InlineData(new[] { 3.0, 1 }, 2, 1.2, 2.8)]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    public void Of_GivesThePercentilesOfNumPy(double[] values, double median, double low, double high)
    {
        var spread = Spread.Of(values);
        Assert.Equal(median, spread.Median, 1e-12);
        Assert.Equal(low, spread.Low, 1e-12);
        Assert.Equal(high, spread.High, 1e-12);
    }
}
