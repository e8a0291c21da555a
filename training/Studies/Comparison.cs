namespace SpikingDetector.Training.Studies;

/// <summary>Two networks of one depth by their figures.</summary>
/// <param name="Proposed">The paper's network.</param>
/// <param name="Other">What it is compared with.</param>
/// <param name="Deviation">Standard deviation of a single training; null where no network was trained twice.</param>
/// <param name="InPaper">By how much the paper's network is ahead in the paper; null where the paper does not say.</param>
/// <param name="EqualInPaper">Whether the paper finds the two about equal, so that its difference is no order.</param>
internal sealed record Comparison(Spread Proposed, Spread Other, double? Deviation, double? InPaper, bool EqualInPaper)
{
    /// <summary>A difference counts from so many standard errors on.</summary>
    public const double Errors = 2;

    /// <summary>By how much the paper's network is ahead.</summary>
    public double Difference => Proposed.Mean - Other.Mean;

    /// <summary>Standard error of the difference; null where it cannot be told.</summary>
    public double? Error => Deviation * Math.Sqrt(1.0 / Proposed.Count + 1.0 / Other.Count);

    public Verdict Verdict => this switch
    {
        { Error: null } => Verdict.SeedsMissing,
        _ when Math.Abs(Difference) <= Errors * Error => Verdict.NotToldApart,
        { InPaper: null } => Verdict.NotInPaper,
        { EqualInPaper: true } => Verdict.EqualInPaper,
        _ => Math.Sign(Difference) == Math.Sign(InPaper!.Value) ? Verdict.Holds : Verdict.Reversed,
    };
}
