namespace SpikingDetector.Core.Checkpoints;

/// <summary>A tensor's place in a safetensors file. Offsets count bytes from the end of the header.</summary>
public sealed record TensorEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The product of the sides; 1 for a scalar.</summary>
    public long Elements => Shape.Aggregate(1L, (product, side) => product * side);
}
