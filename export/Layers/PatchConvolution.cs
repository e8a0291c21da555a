using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// A convolution of bytes with int8 weights, batch normalisation folded in, whose sums stay whole: a row for each position,
/// with the k·k·C inputs that its kernel sees side by side, times a matrix with a row for each of these (MatMulInteger).
/// </summary>
internal sealed class PatchConvolution(GraphBuilder graph, Checkpoint checkpoint, ConvolutionLayout layout)
{
    private readonly QuantizedWeights _weights = QuantizedWeights.Read(checkpoint, layout);

    /// <summary>Bytes that are numbers themselves, channels last, [B, h, w, C], to float [B, h′, w′, C′].</summary>
    public Value Emit(Value maps, int height, int width) => Emit(maps, height, width, ByteScale.Whole);

    /// <summary>The same of bytes with a scale.</summary>
    public Value Emit(Value maps, int height, int width, ByteScale ofInput)
    {
        Value matrix = graph.Initializer<sbyte>(
            $"{layout.Name}.weight", Arrange(), layout.Kernel * layout.Kernel * layout.InChannels, layout.OutChannels);
        Value patches = EmitPatches(maps, height, width, ofInput.ZeroPoint);
        Value sums = ofInput.ZeroPoint == 0
            ? graph.Op("MatMulInteger", [patches, matrix])
            : graph.Op("MatMulInteger", [patches, matrix, graph.Scalar(ofInput.ZeroPoint)]);
        float[] scales = [.. _weights.Scale.Select(scale => scale * ofInput.Scale)];
        Value scale = graph.Initializer<float>($"{layout.Name}.scale", scales, layout.OutChannels);
        Value bias = graph.Initializer<float>($"{layout.Name}.bias", _weights.Bias, layout.OutChannels);
        return graph.Op("Add", [graph.Op("Mul", [graph.Cast(sums, DataType.Float), scale]), bias]);
    }

    /// <summary>[B, h, w, C] to [B, h′, w′, k·k·C].</summary>
    private Value EmitPatches(Value maps, int height, int width, byte zeroPoint)
    {
        (int kernel, int stride, long padding) = (layout.Kernel, layout.Stride, layout.Padding);
        if (kernel == 1 && stride == 1)
            return maps;
        (int outHeight, int outWidth) = (layout.OutputSide(height), layout.OutputSide(width));
        if (padding > 0)
        {
            Value pads = graph.Vector(0, padding, padding, 0, 0, padding, padding, 0);
            maps = zeroPoint == 0 ? graph.Op("Pad", [maps, pads]) : graph.Op("Pad", [maps, pads, graph.Scalar(zeroPoint)]);
            (height, width) = (height + 2 * (int)padding, width + 2 * (int)padding);
        }

        // The numbers of the positions are a sum of two short lists; ONNX Runtime adds them up once, when it loads the file.
        Value corners = graph.Initializer<int>(
            $"patches/{height}x{width}/stride{stride}", Grid(outHeight, outWidth, stride * width, stride), outHeight * outWidth, 1);
        Value offsets = graph.Initializer<int>($"patches/{kernel}x{kernel}/width{width}", Grid(kernel, kernel, width, 1), 1, kernel * kernel);
        Value rows = graph.Op("Reshape", [maps, graph.Vector<long>(-1, height * width, layout.InChannels)]);
        Value patches = graph.Op("Gather", [rows, graph.Op("Add", [corners, offsets])], Attributes.Int("axis", 1));
        return graph.Op("Reshape", [patches, graph.Vector<long>(-1, outHeight, outWidth, kernel * kernel * layout.InChannels)]);
    }

    /// <summary>Weights [C′, C, k, k] as [k·k·C, C′].</summary>
    private sbyte[] Arrange()
    {
        int taps = layout.Kernel * layout.Kernel;
        var matrix = new sbyte[_weights.Weight.Length];
        for (int to = 0; to < layout.OutChannels; to++)
        {
            for (int from = 0; from < layout.InChannels; from++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    matrix[(tap * layout.InChannels + from) * layout.OutChannels + to] =
                        _weights.Weight[(to * layout.InChannels + from) * taps + tap];
                }
            }
        }

        return matrix;
    }

    private static int[] Grid(int rows, int columns, int rowStep, int columnStep) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => i / columns * rowStep + i % columns * columnStep)];
}
