namespace SpikingDetector.Service.Models;

/// <summary>A model file, or something in its place that cannot be one.</summary>
/// <param name="Name">What requests call the model.</param>
/// <param name="Version">Its version, a whole number from 1.</param>
/// <param name="Path">The file; relative to the models' folder.</param>
/// <param name="Problem">Why it cannot be served; null where it can be tried.</param>
internal sealed record ModelFile(string Name, string Version, string Path, string? Problem = null);
