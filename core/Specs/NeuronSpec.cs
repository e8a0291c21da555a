namespace SpikingDetector.Core.Specs;

/// <summary>
/// A spiking neuron. Charge: H = V + I (IF), H = V + (I − (V − V_reset))/τ (LIF) or H = V + (I − (V − V_reset))·sigmoid(w)
/// (PLIF); spike S = 1 where H ≥ V_th; then V = V_reset where it fired (hard reset) or V = H − V_th·S (soft reset).
/// V starts at V_reset, with soft reset at 0.
/// </summary>
public sealed record NeuronSpec
{
    /// <summary>The kind of charge.</summary>
    public NeuronKind Kind { get; init; } = NeuronKind.IntegrateAndFire;

    /// <summary>V_th, above the reset value.</summary>
    public float Threshold { get; init; } = 1f;

    /// <summary>V_reset of the hard reset; null means soft reset, which subtracts V_th.</summary>
    public float? Reset { get; init; } = 0f;

    /// <summary>τ of LIF (at least 1), or the start value of PLIF's learned τ (above 1); null for IF.</summary>
    public float? Tau { get; init; }

    /// <summary>Where the membrane starts and a leak pulls to: V_reset, or 0 with soft reset.</summary>
    public float RestPotential => Reset ?? 0f;
}
