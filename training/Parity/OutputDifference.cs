namespace SpikingDetector.Training.Parity;

/// <summary>How far an output of a graph is from that of a network.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Largest">Absolute difference of one number.</param>
/// <param name="Mean">Absolute difference over all numbers.</param>
/// <param name="Limit">Of <paramref name="Largest"/>, where there is one.</param>
internal sealed record OutputDifference(string Name, double Largest, double Mean, double? Limit)
{
    public bool Passed => Limit is not { } limit || Largest <= limit;
}
