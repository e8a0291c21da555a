namespace SpikingDetector.Training.Studies;

/// <summary>How large a loss's gradients are along an untrained network.</summary>
/// <param name="Variant">The network.</param>
/// <param name="Depth">Its layers.</param>
/// <param name="Seed">Of its start weights and of the batch.</param>
/// <param name="Norms">2-norms over the weights of the first convolution of the network and of those of its blocks, in order.</param>
internal sealed record GradientProfile(Variant Variant, int Depth, int Seed, IReadOnlyList<double> Norms)
{
    /// <summary>Of the network's first convolution.</summary>
    public double First => Norms[0];

    /// <summary>Of the last block's first convolution.</summary>
    public double Last => Norms[^1];
}
