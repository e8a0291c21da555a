namespace SpikingDetector.Training.Studies;

/// <summary>Figures of trainings that differ in nothing but the seed.</summary>
/// <param name="values">At least one.</param>
internal sealed class Spread(IReadOnlyList<double> values)
{
    public int Count => values.Count;

    public double Mean { get; } = values.Average();

    public double Least { get; } = values.Min();

    public double Most { get; } = values.Max();

    /// <summary>The sample's standard deviation, with n − 1; null of a single value.</summary>
    public double? Deviation => Count < 2 ? null : Math.Sqrt(Squares / (Count - 1));

    /// <summary>Sum of the squared distances from the mean.</summary>
    private double Squares => values.Sum(value => (value - Mean) * (value - Mean));

    /// <summary>
    /// The standard deviation of a single training as all groups together tell it, each around its own mean: with few seeds
    /// that of a group alone says little. Null where no group has two values.
    /// </summary>
    public static double? Pool(IReadOnlyCollection<Spread> groups)
    {
        int freedom = groups.Sum(group => group.Count - 1);
        return freedom == 0 ? null : Math.Sqrt(groups.Sum(group => group.Squares) / freedom);
    }
}
