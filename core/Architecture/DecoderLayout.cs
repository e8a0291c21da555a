using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// A decoder behind one stage. <paramref name="Name"/> is its module path (<c>decoder</c>, or
/// <c>backbone.decoders.0</c> in a detector), <paramref name="Channels"/> the stage's channels C.
/// </summary>
public sealed record DecoderLayout(string Name, DecoderKind Kind, int TimeSteps, int Channels, int TemporalHidden, int ChannelHidden)
{
    /// <summary>Side of the spatial attention's kernel (CBAM).</summary>
    public const int SpatialKernel = 7;

    /// <summary>[T/r, T, 1, 1].</summary>
    public string TemporalFirst => $"{Name}.temporal.fc1.weight";

    /// <summary>[T, T/r, 1, 1].</summary>
    public string TemporalSecond => $"{Name}.temporal.fc2.weight";

    /// <summary>[C/r, C, 1, 1].</summary>
    public string ChannelFirst => $"{Name}.channel.fc1.weight";

    /// <summary>[C, C/r, 1, 1].</summary>
    public string ChannelSecond => $"{Name}.channel.fc2.weight";

    /// <summary>[1, 2, 7, 7]: input channel 0 is the average over the channels, 1 the maximum.</summary>
    public string Spatial => $"{Name}.spatial.conv.weight";
}
