namespace SpikingDetector.Core.Specs;

/// <summary>
/// What the network sees: RGB pictures of Height × Width with each channel normalised as (p/255 − mean)/std,
/// or, for the event network, frames of event counts with <see cref="Channels"/> = 2 and no normalisation.
/// </summary>
public sealed record InputSpec
{
    public required int Height { get; init; }

    public required int Width { get; init; }

    public int Channels { get; init; } = 3;

    /// <summary>Of pixel values scaled to 0…1, RGB order; empty for event counts.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [];

    /// <summary>Of pixel values scaled to 0…1, RGB order, above 0; empty for event counts.</summary>
    public IReadOnlyList<float> Std { get; init; } = [];
}
