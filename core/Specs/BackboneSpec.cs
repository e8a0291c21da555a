namespace SpikingDetector.Core.Specs;

/// <summary>The spiking feature extractor.</summary>
public sealed record BackboneSpec
{
    public BackboneFamily Family { get; init; } = BackboneFamily.ResNet;

    /// <summary>10, 18, 34 (basic blocks) or 50 (bottlenecks). Not used by <see cref="BackboneFamily.SevenB"/>.</summary>
    public int Depth { get; init; } = 18;

    /// <summary>Channels of the first stage; the four stages have 1, 2, 4 and 8 times as many.</summary>
    public int BaseChannels { get; init; } = 64;

    public StemKind Stem { get; init; } = StemKind.ImageNet;

    public BlockKind Block { get; init; } = BlockKind.SpikeGate;

    public GateKind Gate { get; init; } = GateKind.Bsg;

    /// <summary>BSG* only: the gate is open where w·H + b − threshold ≥ 0.</summary>
    public float GateThreshold { get; init; } = 0.5f;

    public NeuronSpec Neuron { get; init; } = new();

    /// <summary>T, the number of simulation steps.</summary>
    public int TimeSteps { get; init; } = 4;
}
