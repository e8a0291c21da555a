namespace SpikingDetector.Core.Specs;

/// <summary>
/// RGB pictures, the same at every time step, with each channel normalised as (p/255 − mean)/std. The input of the
/// <see cref="BackboneFamily.ResNet"/> family.
/// </summary>
public sealed record PictureInputSpec : InputSpec
{
    /// <summary>Bound of <see cref="Std"/>: dividing by far less overflows float32, and no pictures vary so little.</summary>
    public const float SmallestStd = 1e-6f;

    public override int Channels => 3;

    /// <summary>Of pixel values scaled to 0…1, RGB order.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Of pixel values scaled to 0…1, RGB order, at least <see cref="SmallestStd"/>.</summary>
    public required IReadOnlyList<float> Std { get; init; }
}
