namespace SpikingDetector.Service.Models;

/// <summary>A model file, or something in its place that cannot be one.</summary>
/// <param name="Name">What requests call the model.</param>
/// <param name="Version">Its version, a whole number from 1.</param>
/// <param name="Path">The file; relative to the models' folder.</param>
/// <param name="Stamp">What the file was like when the folder was read.</param>
/// <param name="Problem">Why it cannot be served; null where it can be tried.</param>
internal sealed record ModelFile(string Name, string Version, string Path, FileStamp Stamp = default, string? Problem = null)
{
    /// <summary>The version as a number; 0 where it is none.</summary>
    public int Number { get; } = ModelFolder.Number(Version) ?? 0;
}
