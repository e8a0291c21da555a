using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Tests.Load;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void Fixed_HasEqualDistances()
    {
        var schedule = new ArrivalSchedule(20, Arrivals.Fixed);
        for (int i = 0; i < 1000; i++)
            Assert.Equal(i * 50.0, schedule.Next().TotalMilliseconds, 0.001);
    }

    /// <summary>Of an exponential distribution: mean 1/r, standard deviation 1/r, and a share 1/e above the mean.</summary>
    [Fact]
    public void Poisson_HasExponentialDistances()
    {
        const int Count = 20_000;
        var schedule = new ArrivalSchedule(4, Arrivals.Poisson);
        double[] times = [.. Enumerable.Range(0, Count + 1).Select(_ => schedule.Next().TotalSeconds)];
        double[] distances = [.. times.Skip(1).Zip(times, (later, earlier) => later - earlier)];

        double mean = distances.Average();
        Assert.Equal(0, times[0]);
        Assert.InRange(mean, 0.245, 0.255);
        Assert.InRange(Math.Sqrt(distances.Average(distance => (distance - mean) * (distance - mean))), 0.24, 0.26);
        Assert.InRange(distances.Count(distance => distance > 0.25) / (double)Count, 0.358, 0.378);
    }
}
