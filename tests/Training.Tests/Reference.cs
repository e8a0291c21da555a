using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests;

/// <summary>Cases that other programs made (tests/reference).</summary>
internal static class Reference
{
    public static string PathOf(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "reference", .. parts]);

    /// <summary>A file of a reference network, of <c>models</c> or of <c>family</c>, which <c>make_family.py</c> made.</summary>
    public static string ModelPath(string model, string file) =>
        PathOf(Directory.Exists(PathOf("models", model)) ? "models" : "family", model, file);

    /// <summary>The names of all reference networks of a task.</summary>
    public static IEnumerable<string> Models(ModelTask task) =>
        from set in (string[])["models", "family"]
        from folder in Directory.GetDirectories(PathOf(set)).Order(StringComparer.Ordinal)
        let model = Path.GetFileName(folder)
        where Spec(model).Task == task
        select model;

    public static Tensor Singles(this SafetensorsFile file, string name) =>
        tensor(file.ReadSingles(name), [.. file.Tensors[name].Shape]);

    public static Tensor Int64s(this SafetensorsFile file, string name) =>
        tensor(file.ReadInt64s(name), [.. file.Tensors[name].Shape]);

    public static Tensor Bytes(this SafetensorsFile file, string name) =>
        tensor(file.ReadBytes(name), [.. file.Tensors[name].Shape]);

    public static ModelSpec Spec(string model)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ModelPath(model, "checkpoint.safetensors"));
        return checkpoint.Spec;
    }

    public static float LargestDifference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return actual.numel() == 0 ? 0 : (actual - expected).abs().max().item<float>();
    }
}
