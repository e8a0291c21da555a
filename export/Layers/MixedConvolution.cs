using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Layers;

/// <summary>A convolution of 8-bit numbers where its input and output are bytes, of float32 where one of them is not.</summary>
internal sealed class MixedConvolution(GraphBuilder graph, Checkpoint checkpoint, ConvolutionLayout layout)
{
    private readonly Lazy<Convolution> _floats = new(() => new Convolution(graph, checkpoint, layout));
    private readonly Lazy<ByteConvolution> _bytes = new(() => new ByteConvolution(graph, checkpoint, layout));

    /// <summary>[B, C, h, w] to [B, C′, h′, w′] in the module that is open.</summary>
    /// <param name="input">Bytes, or floats where they have no scale.</param>
    /// <param name="ofInput">Scale of the input.</param>
    /// <param name="ofOutput">Scale of the output; null for floats.</param>
    /// <param name="rectifies">Whether ReLU follows; the zero point of a byte output is 0 then.</param>
    public Value Emit(Value input, ByteScale? ofInput, ByteScale? ofOutput, bool rectifies = false)
    {
        if (ofInput is { } from && ofOutput is { } to)
            return _bytes.Value.Emit(input, from, to);
        Value maps = _floats.Value.EmitNode(graph.ToFloat(input, ofInput));
        if (ofOutput is { } rounded)
            return graph.Quantize(maps, rounded);
        return rectifies ? graph.Op("Relu", [maps]) : maps;
    }
}
