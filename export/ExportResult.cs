using SpikingDetector.Export.Quantization;
using SpikingDetector.Proto;

namespace SpikingDetector.Export;

/// <summary>An exported model.</summary>
/// <param name="Model">The file's content.</param>
/// <param name="Layers">What 8-bit numbers cost each layer that has them, in the order of the network.</param>
public sealed record ExportResult(ModelProto Model, IReadOnlyList<QuantizedLayer> Layers);
