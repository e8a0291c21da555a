using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Layers;

/// <summary>A convolution of bytes with int8 weights, batch normalisation folded in, that rounds its sums to bytes (QLinearConv).</summary>
internal sealed class ByteConvolution(GraphBuilder graph, Checkpoint checkpoint, ConvolutionLayout layout)
{
    private readonly QuantizedWeights _weights = QuantizedWeights.Read(checkpoint, layout);

    /// <summary>[B, C, h, w] to [B, C′, h′, w′]; with an output whose zero point is 0, and ReLU behind it, that is done as well.</summary>
    public Value Emit(Value input, ByteScale ofInput, ByteScale ofOutput)
    {
        long padding = layout.Padding;
        Value weight = graph.Initializer<sbyte>(
            $"{layout.Name}.weight", _weights.Weight, layout.OutChannels, layout.InChannels, layout.Kernel, layout.Kernel);
        Value scale = graph.Initializer<float>($"{layout.Name}.scale", _weights.Scale, layout.OutChannels);
        Value zero = graph.Initializer<sbyte>("constant/int8/zeros", new sbyte[layout.OutChannels], layout.OutChannels);
        int[] bias = [.. _weights.Bias.Zip(_weights.Scale, (value, unit) => (int)Math.Round(value / ((double)unit * ofInput.Scale)))];
        return graph.Op(
            "QLinearConv",
            [
                input, graph.Scalar(ofInput.Scale), graph.Scalar(ofInput.ZeroPoint),
                weight, scale, zero,
                graph.Scalar(ofOutput.Scale), graph.Scalar(ofOutput.ZeroPoint),
                graph.Initializer<int>($"{layout.Name}.bias", bias, layout.OutChannels),
            ],
            Attributes.Ints("kernel_shape", layout.Kernel, layout.Kernel),
            Attributes.Ints("strides", layout.Stride, layout.Stride),
            Attributes.Ints("pads", padding, padding, padding, padding));
    }
}
