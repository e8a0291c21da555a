namespace SpikingDetector.Core.Data;

/// <summary>A picture or recording of a class.</summary>
/// <param name="Source">Where it is.</param>
/// <param name="ClassIndex">Position of its class in <see cref="LabelledSamples.ClassNames"/>.</param>
public readonly record struct LabelledSample(SampleSource Source, int ClassIndex);
