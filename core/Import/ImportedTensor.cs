namespace SpikingDetector.Core.Import;

/// <summary>A tensor of the source and the checkpoint's tensor that it becomes.</summary>
/// <param name="Source">Name in the state dictionary, wrappers included.</param>
/// <param name="Target">Name in the checkpoint.</param>
/// <param name="Shape">In the checkpoint.</param>
/// <param name="Conversion">What was changed, such as "F16 to F32", or null where the bytes are the same.</param>
public sealed record ImportedTensor(string Source, string Target, IReadOnlyList<long> Shape, string? Conversion);
