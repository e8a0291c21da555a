namespace SpikingDetector.Training.Parity;

/// <summary>How far an output of a graph is from that of a network.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Largest">Absolute difference of one number.</param>
/// <param name="Mean">Absolute difference over all numbers.</param>
/// <param name="Alone">Absolute difference of one number where the network reads the graph's spikes.</param>
/// <param name="AloneLimit">Of <paramref name="Alone"/>, where there is one.</param>
/// <param name="MeanLimit">Of <paramref name="Mean"/>, where there is one.</param>
internal sealed record OutputDifference(string Name, double Largest, double Mean, double Alone, double? AloneLimit, double? MeanLimit)
{
    public bool Passed => !(Alone > AloneLimit) && !(Mean > MeanLimit);
}
