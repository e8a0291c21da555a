using SpikingDetector.Core.Data;

namespace SpikingDetector.Training.Data;

/// <summary>A picture or recording and the truth about it; boxes are in a picture's own pixels.</summary>
internal sealed record Sample(SampleSource Source, Target Target);
