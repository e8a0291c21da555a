namespace SpikingDetector.Core.Energy;

/// <summary>Operations of a layer, or of several, for one input, and those of the ordinary network in their place.</summary>
/// <param name="Macs">Multiply-adds on real numbers.</param>
/// <param name="Acs">Additions of weights for spikes: a mean over inputs, so no whole number.</param>
/// <param name="AnnMacs">Multiply-adds of the ordinary network.</param>
public readonly record struct OperationCount(double Macs, double Acs, double AnnMacs)
{
    /// <summary>Picojoules of one input.</summary>
    public double Picojoules => OperationEnergy.Of(Macs, Acs);

    /// <summary>Picojoules of one input of the ordinary network.</summary>
    public double AnnPicojoules => OperationEnergy.Of(AnnMacs, 0);

    /// <summary>How many times this the ordinary network takes; null where one of both takes nothing.</summary>
    public double? Ratio => Picojoules > 0 && AnnMacs > 0 ? AnnPicojoules / Picojoules : null;

    public static OperationCount operator +(OperationCount one, OperationCount other) =>
        new(one.Macs + other.Macs, one.Acs + other.Acs, one.AnnMacs + other.AnnMacs);
}
