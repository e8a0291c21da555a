namespace SpikingDetector.Inference;

/// <summary>An output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">float or long.</param>
/// <param name="Row">Sides of one input's part; the output has one more in front, the batch.</param>
public sealed record OutputTensor(string Name, Type ElementType, IReadOnlyList<int> Row);
