namespace SpikingDetector.Core.Specs;

/// <summary>
/// A frame of event counts for every time step, [T, 2, H, W], one channel for each polarity, as they are: without mean
/// and std. The input of the <see cref="BackboneFamily.SevenB"/> family.
/// </summary>
public sealed record EventInputSpec : InputSpec
{
    /// <summary>A pixel of an event camera gets darker or brighter.</summary>
    public const int Polarities = 2;

    public override int Channels => Polarities;
}
