namespace SpikingDetector.Core.Specs;

/// <summary>Integrate-and-fire, leaky with a fixed time constant, or leaky with a learned one (one per layer).</summary>
public enum NeuronKind
{
    IntegrateAndFire,
    Leaky,
    ParametricLeaky,
}
