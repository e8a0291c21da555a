namespace SpikingDetector.Training.Data;

/// <summary>A picture or recording on disk and the truth about it; boxes are in a picture's own pixels.</summary>
internal sealed record Sample(string Path, Target Target);
