using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>Numbers behind the decoders, [N, C, h, w]: floats, or bytes where there is a scale.</summary>
internal readonly record struct Activation(Value Value, int Height, int Width, ByteScale? Scale = null);
