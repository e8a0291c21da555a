using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>What several measurements of one thing gave.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var samples = new Samples();
        foreach (double value in values)
            samples.Add(value);
        return new Spread(samples.Percentile(0.5), samples.Percentile(0), samples.Percentile(1));
    }
}
