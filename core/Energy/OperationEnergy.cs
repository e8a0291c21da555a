namespace SpikingDetector.Core.Energy;

/// <summary>
/// Energy of additions and multiplications in 45 nm CMOS as Zhang et al. 2023 take it for their Table 5. Memory, and
/// whatever is done element by element, such as the neurons' own arithmetic, is not counted.
/// </summary>
public static class OperationEnergy
{
    /// <summary>Picojoules of a MAC: a multiplication and the addition of its product.</summary>
    public const double Mac = 3.1;

    /// <summary>Picojoules of an AC: the addition of a weight where a spike arrives.</summary>
    public const double Ac = 0.1;

    /// <summary>Picojoules of that many operations.</summary>
    public static double Of(double macs, double acs) => Mac * macs + Ac * acs;
}
