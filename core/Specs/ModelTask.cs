namespace SpikingDetector.Core.Specs;

/// <summary>What a model answers: one label for a picture, or boxes with labels.</summary>
public enum ModelTask
{
    Classification,
    Detection,
}
