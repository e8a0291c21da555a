namespace SpikingDetector.Core.Specs;

/// <summary>A COCO category: the id used in annotation and result files, and the name that people read.</summary>
public sealed record Category(int Id, string Name);
