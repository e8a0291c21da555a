using System.Runtime.InteropServices;

namespace SpikingDetector.Core.Checkpoints;

/// <summary>A tensor to write: row-major, little-endian bytes.</summary>
public sealed record TensorData(string Name, TensorType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    public static TensorData Of(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static TensorData Of(string name, IReadOnlyList<long> shape, ReadOnlySpan<long> values) =>
        new(name, TensorType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());
}
