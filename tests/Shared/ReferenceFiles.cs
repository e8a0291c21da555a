using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Tests;

/// <summary>
/// What other people's programs computed, beside the tests. Networks are in <c>models</c> and in <c>family</c>, which
/// <c>make_family.py</c> makes; a project may have taken over the first of them alone.
/// </summary>
public static class ReferenceFiles
{
    /// <summary>The names of all reference networks.</summary>
    public static TheoryData<string> All => [.. Networks().Select(network => network.Name)];

    /// <summary>A file of <c>tests/reference</c>.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "reference", .. parts]);

    /// <summary>The names of the reference networks of a task.</summary>
    public static IEnumerable<string> Names(ModelTask task) =>
        Networks().Where(network => network.Task == task).Select(network => network.Name);

    /// <summary>The checkpoint of a network.</summary>
    public static string CheckpointPath(string name) => Locate(name, "checkpoint.safetensors");

    /// <summary>The inputs and answers that belong to a checkpoint.</summary>
    public static SafetensorsFile Expected(string name) => SafetensorsFile.Open(Locate(name, "expected.safetensors"));

    private static IEnumerable<(string Name, ModelTask Task)> Networks()
    {
        foreach (string set in ((string[])["models", "family"]).Where(set => Directory.Exists(PathOf(set))))
        {
            foreach (string folder in Directory.GetDirectories(PathOf(set)).Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(folder);
                using Checkpoint checkpoint = Checkpoint.Open(CheckpointPath(name));
                yield return (name, checkpoint.Spec.Task);
            }
        }
    }

    private static string Locate(string name, string file) =>
        PathOf(Directory.Exists(PathOf("models", name)) ? "models" : "family", name, file);
}
