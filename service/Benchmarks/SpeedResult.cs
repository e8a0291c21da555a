using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>The bare model and the service side by side.</summary>
/// <param name="Callers">With how many callers the bare model is the fastest.</param>
/// <param name="Bare">Pictures a second of the bare model, round by round: decoded and run.</param>
/// <param name="Http">The same through HTTP.</param>
/// <param name="OneClient">All requests of a single client.</param>
internal sealed record SpeedResult(int Callers, IReadOnlyList<double> Bare, IReadOnlyList<double> Http, LoadRecord OneClient)
{
    /// <summary>HTTP over the bare model, round by round.</summary>
    public Spread Ratio => Spread.Of(Http.Zip(Bare, (http, bare) => http / bare));
}
