namespace SpikingDetector.Core.Specs;

/// <summary>The decoder from spikes to real numbers, with the reductions of the attention nets.</summary>
public sealed record DecoderSpec
{
    public DecoderKind Kind { get; init; } = DecoderKind.Attention;

    /// <summary>r of the channel net: C → C/r → C.</summary>
    public int ChannelReduction { get; init; } = 16;

    /// <summary>r of the temporal net: T → T/r → T.</summary>
    public int TemporalReduction { get; init; } = 1;
}
