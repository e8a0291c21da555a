namespace SpikingDetector.Core.Import;

/// <summary>A tensor of the source that the checkpoint does not need, and why.</summary>
public sealed record DroppedTensor(string Name, string Reason);
