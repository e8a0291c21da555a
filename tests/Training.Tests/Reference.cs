using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests;

/// <summary>Cases that other programs made, as tensors.</summary>
internal static class Reference
{
    public static Tensor Singles(this SafetensorsFile file, string name) =>
        tensor(file.ReadSingles(name), [.. file.Tensors[name].Shape]);

    public static Tensor Int64s(this SafetensorsFile file, string name) =>
        tensor(file.ReadInt64s(name), [.. file.Tensors[name].Shape]);

    public static Tensor Bytes(this SafetensorsFile file, string name) =>
        tensor(file.ReadBytes(name), [.. file.Tensors[name].Shape]);

    public static ModelSpec Spec(string model)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(model));
        return checkpoint.Spec;
    }

    public static float LargestDifference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);

        // The scope holds what lies between, which a collection could free during the call that reads it.
        using var scope = NewDisposeScope();
        return actual.numel() == 0 ? 0 : (actual - expected).abs().max().item<float>();
    }
}
