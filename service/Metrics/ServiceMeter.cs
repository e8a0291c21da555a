using System.Diagnostics.Metrics;

namespace SpikingDetector.Service.Metrics;

/// <summary>The meter of the service's own figures. The factory's is this service's alone, also where tests run several in one process.</summary>
internal sealed class ServiceMeter(IMeterFactory meters)
{
    public const string Name = "SpikingDetector.Service";

    /// <summary>From a tenth of a millisecond, which a small network takes, to half a minute, the usual deadline.</summary>
    private static readonly double[] DurationBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Finest where trained networks are, between 0.05 and 0.3.</summary>
    private static readonly double[] RateBounds = [0.01, 0.02, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];

    public Meter Meter { get; } = meters.Create(Name);

    public Counter<long> Counter(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);

    public Histogram<double> Duration(string name, string description) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });

    public Histogram<double> Rates(string name, string description) => Meter.CreateHistogram(
        name, unit: null, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = RateBounds });

    public Histogram<long> Sizes(string name, string unit, string description, params long[] bounds) => Meter.CreateHistogram(
        name, unit, description, tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = bounds });
}
