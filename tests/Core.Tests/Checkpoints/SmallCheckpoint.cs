using System.Runtime.InteropServices;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Checkpoints;

/// <summary>The contents of a small network's checkpoint: a spec and tensors filled with counted values.</summary>
internal static class SmallCheckpoint
{
    public static ModelSpec Spec { get; } = new()
    {
        Name = "small",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec { Depth = 10, BaseChannels = 1, Stem = StemKind.Cifar, TimeSteps = 2 },
        Decoder = new DecoderSpec { ChannelReduction = 4 },
        Labels = ["cat", "dog"],
        Input = new PictureInputSpec { Height = 32, Width = 32, Mean = [0.5f, 0.5f, 0.5f], Std = [0.25f, 0.25f, 0.25f] },
    };

    public static Dictionary<string, string> Metadata { get; } = new() { ["epoch"] = "3", ["created"] = "2024-01-01" };

    public static List<TensorData> Tensors() =>
        [.. TensorLayout.Of(NetworkLayout.Of(Spec)).Select(tensor => new TensorData(tensor.Name, TensorType.Float32, tensor.Shape, Bytes(tensor)))];

    /// <summary>Values that differ within a tensor and between tensors of another length of name.</summary>
    public static float[] Values(TensorShape tensor) =>
        [.. Enumerable.Range(0, (int)tensor.Elements).Select(i => i + tensor.Name.Length / 64f)];

    public static byte[] Bytes(TensorShape tensor) => MemoryMarshal.AsBytes<float>(Values(tensor)).ToArray();
}
