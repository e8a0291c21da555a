namespace SpikingDetector.Core.Data;

/// <summary>A picture of a class.</summary>
/// <param name="Path">Its file.</param>
/// <param name="ClassIndex">Position of its class in <see cref="ImageFolder.ClassNames"/>.</param>
public readonly record struct LabelledFile(string Path, int ClassIndex);
