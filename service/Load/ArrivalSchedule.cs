namespace SpikingDetector.Service.Load;

/// <summary>The times at which the requests of an open loop are due, one after the other.</summary>
/// <param name="rate">Requests a second, above 0.</param>
/// <param name="arrivals">How they are spread.</param>
internal sealed class ArrivalSchedule(double rate, Arrivals arrivals)
{
    // One seed for all, so that a load is repeated as it was.
    private readonly Random _random = new(1);
    private double _next;

    /// <summary>Time of the next request since the first one's, which is 0.</summary>
    public TimeSpan Next()
    {
        double due = _next;

        // A Poisson process has exponential distances (the logarithm's argument is in (0, 1]).
        _next += (arrivals == Arrivals.Poisson ? -Math.Log(1 - _random.NextDouble()) : 1) / rate;
        return TimeSpan.FromSeconds(due);
    }
}
