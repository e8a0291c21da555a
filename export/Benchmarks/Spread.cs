namespace SpikingDetector.Export.Benchmarks;

/// <summary>Where measured values lie.</summary>
/// <param name="Median">Half of the values are at most this.</param>
/// <param name="Low">A tenth of the values are at most this.</param>
/// <param name="High">Nine tenths of the values are at most this.</param>
internal readonly record struct Spread(double Median, double Low, double High)
{
    private const double Tenth = 0.1;

    /// <summary>The spread of at least one value. Between two values the percentiles are interpolated linearly, as NumPy does.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(At(sorted, 0.5), At(sorted, Tenth), At(sorted, 1 - Tenth));
    }

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
