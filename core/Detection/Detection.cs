namespace SpikingDetector.Core.Detection;

/// <summary>One found object.</summary>
/// <param name="Box">Where it is, in pixels.</param>
/// <param name="CategoryIndex">Position of its category in the model's list, from 0 (not the COCO id).</param>
/// <param name="Score">How sure the model is, 0…1.</param>
public readonly record struct Detection(Box Box, int CategoryIndex, float Score);
