using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>A decoded picture and the truth about it; boxes are in its own pixels.</summary>
internal readonly record struct LabelledPicture(Picture Pixels, Target Target);
