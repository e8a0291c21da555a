namespace SpikingDetector.Core.Specs;

/// <summary>
/// RGB pictures, the same at every time step, with each channel normalised as (p/255 − mean)/std. The input of the
/// <see cref="BackboneFamily.ResNet"/> family.
/// </summary>
public sealed record PictureInputSpec : InputSpec
{
    public override int Channels => 3;

    /// <summary>Of pixel values scaled to 0…1, RGB order.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Of pixel values scaled to 0…1, RGB order, above 0.</summary>
    public required IReadOnlyList<float> Std { get; init; }
}
