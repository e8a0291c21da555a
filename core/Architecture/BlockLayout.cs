using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>A residual block: two (basic) or three (bottleneck) convolutions and, where the shape changes, a shortcut.</summary>
public sealed record BlockLayout
{
    private const int BottleneckExpansion = 4;

    /// <summary>Module path such as <c>layer2.0</c>, with the prefix of a detector's backbone where there is one.</summary>
    public required string Name { get; init; }

    /// <summary>From 1: 1 to 4 in a ResNet, 1 to 7 in 7B-Net.</summary>
    public required int Stage { get; init; }

    public required int InChannels { get; init; }

    public required int OutChannels { get; init; }

    /// <summary>The block's stride: on the first convolution of a basic block, on the second of a bottleneck.</summary>
    public required int Stride { get; init; }

    /// <summary>The convolutions of the branch in order, each with its batch normalisation and neuron.</summary>
    public required IReadOnlyList<UnitLayout> Branch { get; init; }

    /// <summary>The 1×1 convolution of the shortcut, or null where the shortcut is the identity.</summary>
    public ConvolutionLayout? Shortcut { get; init; }

    /// <summary>The neuron of the shortcut, or null where it has none (identity, Spiking and ANN blocks).</summary>
    public string? ShortcutNeuron { get; init; }

    /// <summary>The path of the BSG* gate's weight and bias, or null where the gate learns nothing.</summary>
    public string? Gate { get; init; }

    /// <summary>Module paths of the block's neurons in the order of execution.</summary>
    internal IEnumerable<string> Neurons =>
        [.. ShortcutNeuron is { } shortcut ? (string[])[shortcut] : [], .. Branch.Select(unit => unit.Neuron)];

    internal static BlockLayout Of(
        BackboneSpec backbone, string name, int stage, int inChannels, int width, int stride, bool bottleneck)
    {
        int outChannels = bottleneck ? BottleneckExpansion * width : width;
        UnitLayout[] branch = bottleneck
            ? [Unit(1, inChannels, width, 1, 1), Unit(2, width, width, 3, stride), Unit(3, width, outChannels, 1, 1)]
            : [Unit(1, inChannels, width, 3, stride), Unit(2, width, width, 3, 1)];
        bool changesShape = stride != 1 || inChannels != outChannels;
        bool plainShortcut = backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        return new BlockLayout
        {
            Name = name,
            Stage = stage,
            InChannels = inChannels,
            OutChannels = outChannels,
            Stride = stride,
            Branch = branch,
            Shortcut = changesShape
                ? new ConvolutionLayout($"{name}.downsample.0", inChannels, outChannels, 1, stride, $"{name}.downsample.1")
                : null,
            ShortcutNeuron = changesShape && !plainShortcut ? $"{name}.downsample.2" : null,
            Gate = backbone is { Block: BlockKind.SpikeGate, Gate: GateKind.BsgStar } ? $"{name}.gate" : null,
        };

        UnitLayout Unit(int number, int from, int to, int kernel, int step) =>
            new(new ConvolutionLayout($"{name}.conv{number}", from, to, kernel, step, $"{name}.bn{number}"), $"{name}.sn{number}");
    }
}
