namespace SpikingDetector.Training.Neurons;

/// <summary>
/// Three ways to differentiate the spike gate Y = G·H + (1 − G)·X with G = H. All give the same spikes forward.
/// </summary>
internal enum GateGradient
{
    /// <summary>As written: dY/dH = 2H − X, dY/dX = 1 − H.</summary>
    Literal,

    /// <summary>The gate is a constant: dY/dH = H, dY/dX = 1 − H.</summary>
    Detached,

    /// <summary>Of the equal function H + X − H·X: dY/dH = 1 − X, dY/dX = 1 − H.</summary>
    Or,
}
