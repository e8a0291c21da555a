namespace SpikingDetector.Core.Specs;

/// <summary>What the pyramid level P6 is computed from: the decoded last stage C5, or the level P5.</summary>
public enum P6Source
{
    C5,
    P5,
}
