using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Export.Tests;

/// <summary>Reference networks that lie beside the tests.</summary>
public static class ReferenceFiles
{
    public static string CheckpointPath(string name) => Locate(name, "checkpoint.safetensors");

    public static SafetensorsFile Expected(string name) => SafetensorsFile.Open(Locate(name, "expected.safetensors"));

    private static string Locate(string name, string file) =>
        Path.Combine(AppContext.BaseDirectory, "reference", "models", name, file);
}
