namespace SpikingDetector.Core.Architecture;

/// <summary>A residual block: two (basic) or three (bottleneck) convolutions and, where the shape changes, a shortcut.</summary>
public sealed record BlockLayout
{
    /// <summary>Module path such as <c>layer2.0</c>, with the prefix of a detector's backbone where there is one.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 4.</summary>
    public required int Stage { get; init; }

    public required int InChannels { get; init; }

    public required int OutChannels { get; init; }

    /// <summary>The block's stride: on the first convolution of a basic block, on the second of a bottleneck.</summary>
    public required int Stride { get; init; }

    /// <summary>The convolutions of the branch in order, each with its batch normalisation and neuron.</summary>
    public required IReadOnlyList<BranchLayout> Branch { get; init; }

    /// <summary>The 1×1 convolution of the shortcut, or null where the shortcut is the identity.</summary>
    public ConvolutionLayout? Shortcut { get; init; }

    /// <summary>The neuron of the shortcut, or null where it has none (identity, Spiking and ANN blocks).</summary>
    public string? ShortcutNeuron { get; init; }

    /// <summary>The path of the BSG* gate's weight and bias, or null where the gate learns nothing.</summary>
    public string? Gate { get; init; }
}
