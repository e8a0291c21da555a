namespace SpikingDetector.Core.Architecture;

/// <summary>
/// A float32 tensor of a checkpoint. <paramref name="Learned"/> is false for the running statistics of batch
/// normalisation, which are stored but are no parameters.
/// </summary>
public sealed record TensorShape(string Name, IReadOnlyList<long> Shape, bool Learned = true)
{
    public long Elements => Shape.Aggregate(1L, (product, side) => product * side);
}
