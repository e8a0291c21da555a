namespace SpikingDetector.Training.Data;

/// <summary>A picture on disk and the truth about it; boxes are in the picture's own pixels.</summary>
internal sealed record Sample(string Path, Target Target);
