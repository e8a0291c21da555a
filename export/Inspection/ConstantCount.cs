namespace SpikingDetector.Export.Inspection;

/// <summary>Constants of one element type.</summary>
/// <param name="Type">ONNX's name of the type.</param>
/// <param name="Tensors">How many tensors.</param>
/// <param name="Elements">How many numbers in all.</param>
internal sealed record ConstantCount(string Type, int Tensors, long Elements);
