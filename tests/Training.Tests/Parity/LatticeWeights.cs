using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Tests.Parity;

/// <summary>
/// Checkpoints whose convolution weights are multiples of 1/16 and whose batch normalisations only halve and shift by
/// 1/8, so that neurons' currents are exact in any order of summation and programs must agree on every spike.
/// </summary>
internal static class LatticeWeights
{
    public static void Write(string path, ModelSpec spec, int seed)
    {
        var random = new Random(seed);
        Checkpoint.Write(path, spec, new Dictionary<string, string>(), tensor =>
        {
            var values = new float[tensor.Elements];
            for (int i = 0; i < values.Length; i++)
                values[i] = Value(tensor, random);
            return System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        });
    }

    private static float Value(TensorShape tensor, Random random)
    {
        string name = tensor.Name;
        if (tensor.Shape.Count == 0)
            return random.NextSingle() * 2 - 1;

        // Behind the spikes nothing is rounded; moderate values keep scores apart and away from 0 and 1.
        if (name.StartsWith("head.", StringComparison.Ordinal) || name.StartsWith("backbone.fpn.", StringComparison.Ordinal))
            return (random.NextSingle() - 0.5f) / 4;
        if (name.Contains(".gate.", StringComparison.Ordinal))
            return name.EndsWith("weight", StringComparison.Ordinal) ? random.Next(-2, 3) / 2f : random.Next(-1, 2) / 2f + 0.3f;
        // The ε of batch normalisation makes it 1, so that its scale is exact.
        if (name.EndsWith("running_var", StringComparison.Ordinal))
            return 0.99999f;
        if (name.EndsWith("running_mean", StringComparison.Ordinal))
            return random.Next(-2, 3) / 4f;
        bool ofNorm = tensor.Shape.Count == 1 && !name.StartsWith("fc", StringComparison.Ordinal);
        if (ofNorm && name.EndsWith("weight", StringComparison.Ordinal))
            return 0.5f;
        if (tensor.Shape.Count == 1)
            return random.Next(-1, 4) / 8f;
        return random.Next(-3, 4) / (tensor.Elements > 4096 ? 16f : 8f);
    }
}
