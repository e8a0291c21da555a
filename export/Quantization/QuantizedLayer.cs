namespace SpikingDetector.Export.Quantization;

/// <summary>What the 8-bit numbers of a layer cost.</summary>
/// <param name="Name">The layer whose output they are.</param>
/// <param name="Scale">How bytes stand for numbers; null where they were left in float32.</param>
public sealed record QuantizedLayer(string Name, ByteScale? Scale)
{
    /// <summary>Type of the membrane, where a neuron reads the output.</summary>
    public string? Membrane { get; init; }

    /// <summary>Share of spikes that rounding flips, where a neuron reads the output.</summary>
    public double? Flipped { get; init; }

    /// <summary>Decibels, elsewhere.</summary>
    public double? SignalToNoise { get; init; }
}
