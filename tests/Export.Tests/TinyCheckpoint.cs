using System.Runtime.InteropServices;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests;

/// <summary>
/// A checkpoint with random weights in a temporary file. The weights of the backbone are small whole numbers over
/// powers of two, so that membrane potentials are exact in float32 in any order of summation.
/// </summary>
public sealed class TinyCheckpoint : IDisposable
{
    private const float VarianceThatScalesByOne = 1 - 1e-5f;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    /// <param name="spec">The network.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="randomNorm">Gives batch normalisation arbitrary factors instead of exact ones.</param>
    /// <param name="change">Changes a tensor, given its name and values.</param>
    public TinyCheckpoint(ModelSpec spec, int seed = 1, bool randomNorm = false, Action<string, float[]>? change = null)
    {
        var random = new Random(seed);
        Checkpoint.Write(_path, spec, new Dictionary<string, string>(), tensor =>
        {
            float[] values = [.. Enumerable.Range(0, (int)tensor.Elements).Select(_ =>
                randomNorm && IsNorm(tensor.Name) ? (float)random.NextDouble() : Value(tensor.Name, random))];
            change?.Invoke(tensor.Name, values);
            Tensors[tensor.Name] = values;
            return MemoryMarshal.AsBytes<float>(values).ToArray();
        });
        File = Checkpoint.Open(_path);
    }

    public Checkpoint File { get; }

    public Dictionary<string, float[]> Tensors { get; } = [];

    public ModelSpec Spec => File.Spec;

    /// <summary>Black or white, which normalise to −1 and 1.</summary>
    public byte[] RandomPixels(int pictures, int seed = 2)
    {
        var random = new Random(seed);
        int bytes = pictures * Spec.Input.Height * Spec.Input.Width * 3;
        return [.. Enumerable.Range(0, bytes).Select(_ => random.Next(2) == 0 ? (byte)0 : (byte)255)];
    }

    /// <summary>Few events, as a recording has in most places.</summary>
    public float[] RandomCounts(int recordings, int seed = 2)
    {
        var random = new Random(seed);
        InputSpec input = Spec.Input;
        int length = recordings * Spec.Backbone.TimeSteps * input.Channels * input.Height * input.Width;
        return [.. Enumerable.Range(0, length).Select(_ => (float)Math.Max(random.Next(-3, 4), 0))];
    }

    public void Dispose()
    {
        File.Dispose();
        System.IO.File.Delete(_path);
    }

    private static float Value(string name, Random random)
    {
        if (name.EndsWith(".running_var", StringComparison.Ordinal))
            return VarianceThatScalesByOne;
        if (name.EndsWith(".running_mean", StringComparison.Ordinal))
            return random.Next(-8, 9) / 64f;
        if (IsNorm(name))
            return name.EndsWith(".weight", StringComparison.Ordinal) ? random.Next(1, 3) / 2f : random.Next(0, 33) / 64f;
        if (name.EndsWith(".w", StringComparison.Ordinal))
            return 0; // 1/τ = 1/2
        if (name.Contains(".gate.", StringComparison.Ordinal))
            return random.Next(-4, 5) / 4f;
        return random.Next(-24, 25) / 64f;
    }

    private static bool IsNorm(string name) =>
        name.Contains(".bn", StringComparison.Ordinal)
        || name.StartsWith("bn", StringComparison.Ordinal)
        || name.Contains("downsample.1", StringComparison.Ordinal);
}
