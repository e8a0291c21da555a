namespace SpikingDetector.Export.Benchmarks;

/// <summary>When a benchmark has measured enough: after both of these.</summary>
/// <param name="Rounds">Least number of rounds, at least 1.</param>
/// <param name="Milliseconds">Least time that the models ran in all rounds together; 0 where the rounds decide alone.</param>
internal sealed record RoundLimit(int Rounds, double Milliseconds)
{
    /// <summary>How much of the way is behind, 0…1.</summary>
    public double Progress(int rounds, double milliseconds)
    {
        double byRounds = (double)rounds / Rounds;
        double byTime = Milliseconds > 0 ? milliseconds / Milliseconds : 1;
        return Math.Min(1, Math.Min(byRounds, byTime));
    }
}
