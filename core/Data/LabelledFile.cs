namespace SpikingDetector.Core.Data;

/// <summary>A picture or recording of a class.</summary>
/// <param name="Path">Its file.</param>
/// <param name="ClassIndex">Position of its class in <see cref="LabelledFiles.ClassNames"/>.</param>
public readonly record struct LabelledFile(string Path, int ClassIndex);
