namespace SpikingDetector.Training.Neurons;

/// <summary>
/// How gradients pass spiking neurons: a matter of training, not of the network, so it stands in the recipe.
/// </summary>
internal sealed record NeuronTraining
{
    /// <summary>Leave the reset's dependence on the spike out of the gradient, as residual SNNs of the SEW code base do.</summary>
    public bool DetachReset { get; init; } = true;

    /// <summary>The derivative used in place of the step's.</summary>
    public Surrogate Surrogate { get; init; } = Surrogate.Default;

    /// <summary>The gradient of the BSG gate.</summary>
    public GateGradient GateGradient { get; init; } = GateGradient.Or;
}
