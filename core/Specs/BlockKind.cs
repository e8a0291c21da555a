namespace SpikingDetector.Core.Specs;

/// <summary>How a residual block joins its branch H with its shortcut X.</summary>
public enum BlockKind
{
    /// <summary>Spike gate: Y = G·H + (1 − G)·X (Zhang et al. 2023).</summary>
    SpikeGate,

    /// <summary>Spiking ResNet: the neuron follows the addition (Zhang et al. 2023, Eq. 11).</summary>
    Spiking,

    /// <summary>Spike-element-wise addition: Y = H + X (Fang et al. 2021).</summary>
    SewAdd,

    /// <summary>Spike-element-wise conjunction: Y = H·X.</summary>
    SewAnd,

    /// <summary>Spike-element-wise inhibition: Y = X·(1 − H).</summary>
    SewIand,

    /// <summary>The ordinary residual block with ReLU, one time step, for comparison.</summary>
    Ann,
}
