using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests;

/// <summary>Reference networks that lie beside the tests: <c>models</c>, and <c>family</c> by <c>make_family.py</c>.</summary>
public static class ReferenceFiles
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "reference");

    /// <summary>The names of all reference networks of a task.</summary>
    public static IEnumerable<string> Names(ModelTask task) =>
        from set in (string[])["models", "family"]
        from folder in Directory.GetDirectories(Path.Combine(Root, set)).Order(StringComparer.Ordinal)
        let name = Path.GetFileName(folder)
        where Task(name) == task
        select name;

    public static string CheckpointPath(string name) => Locate(name, "checkpoint.safetensors");

    public static SafetensorsFile Expected(string name) => SafetensorsFile.Open(Locate(name, "expected.safetensors"));

    private static ModelTask Task(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointPath(name));
        return checkpoint.Spec.Task;
    }

    private static string Locate(string name, string file)
    {
        string path = Path.Combine(Root, "models", name, file);
        return File.Exists(path) ? path : Path.Combine(Root, "family", name, file);
    }
}
