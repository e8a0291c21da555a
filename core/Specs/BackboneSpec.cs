namespace SpikingDetector.Core.Specs;

/// <summary>The spiking feature extractor.</summary>
public sealed record BackboneSpec
{
    public BackboneFamily Family { get; init; } = BackboneFamily.ResNet;

    /// <summary>10, 18, 34 (basic blocks) or 50 (bottlenecks). Not used by <see cref="BackboneFamily.SevenB"/>.</summary>
    public int Depth { get; init; } = 18;

    /// <summary>
    /// Channels of the first stage. The four stages of a ResNet have 1, 2, 4 and 8 times as many; of the seven blocks of
    /// 7B-Net the first four as many and the last three twice as many.
    /// </summary>
    public int BaseChannels { get; init; } = 64;

    /// <summary>Not used by <see cref="BackboneFamily.SevenB"/>, whose stem is a 1×1 convolution.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    public BlockKind Block { get; init; } = BlockKind.SpikeGate;

    public GateKind Gate { get; init; } = GateKind.Bsg;

    /// <summary>BSG* only: the gate is open where w·H + b − threshold ≥ 0.</summary>
    public float GateThreshold { get; init; } = 0.5f;

    public NeuronSpec Neuron { get; init; } = new();

    /// <summary>T, the number of simulation steps.</summary>
    public int TimeSteps { get; init; } = 4;
}
