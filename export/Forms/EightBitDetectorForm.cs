using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, activations bytes. The last convolution of a head keeps its sums whole (MatMulInteger): they are scores and
/// boxes themselves, and 256 steps would be coarse for these.
/// </summary>
internal sealed class EightBitDetectorForm(GraphBuilder graph, Checkpoint checkpoint, LayerScales scales) : IDetectorForm
{
    private readonly Dictionary<ConvolutionLayout, MixedConvolution> _convolutions = [];

    public Activation Enter(int stage, Activation feature)
    {
        if (scales.Range(DetectorKeys.Feature(stage)) is not { } scale)
            return feature;
        using IDisposable scope = graph.Module(DetectorKeys.Feature(stage));
        return feature with { Value = graph.Quantize(feature.Value, scale), Scale = scale };
    }

    public Activation Convolve(ConvolutionLayout layout, Activation input)
    {
        using IDisposable scope = graph.Module(layout.Name);
        return Emit(layout, input, scales.Range(layout.Name), rectifies: false);
    }

    public Activation ConvolveAndRectify(ConvolutionLayout layout, Activation input, string head, string level)
    {
        using IDisposable scope = graph.Module(layout.Name);
        using IDisposable part = graph.Part(level);
        return Emit(layout, input, scales.Range(DetectorKeys.Level(layout, level), signed: false), rectifies: true);
    }

    public Value ConvolveToChannelsLast(ConvolutionLayout layout, Activation input, string level)
    {
        using IDisposable scope = graph.Module(layout.Name);
        using IDisposable part = graph.Part(level);
        if (input.Scale is not { } scale)
            return graph.Transpose(Emit(layout, input, null, rectifies: false).Value, 0, 2, 3, 1);
        Value maps = graph.Transpose(input.Value, 0, 2, 3, 1);
        return new PatchConvolution(graph, checkpoint, layout).Emit(maps, input.Height, input.Width, scale);
    }

    public Activation Rectify(string module, Activation input)
    {
        using IDisposable scope = graph.Module(module);
        return input with
        {
            Value = input.Scale is { } scale ? graph.Op("Max", [input.Value, graph.Scalar(scale.ZeroPoint)]) : graph.Op("Relu", [input.Value]),
        };
    }

    public Activation AddEnlarged(string module, Activation lateral, Activation coarser)
    {
        ByteScale? scale = scales.Range(module);
        using IDisposable scope = graph.Module(module);
        Value enlarged = Enlarging.Emit(graph, coarser.Value);
        Value sum = graph.AddMixed(lateral.Value, lateral.Scale, enlarged, coarser.Scale, scale);
        return lateral with { Value = sum, Scale = scale };
    }

    private Activation Emit(ConvolutionLayout layout, Activation input, ByteScale? output, bool rectifies)
    {
        if (!_convolutions.TryGetValue(layout, out MixedConvolution? convolution))
            _convolutions.Add(layout, convolution = new MixedConvolution(graph, checkpoint, layout));
        return new Activation(
            convolution.Emit(input.Value, input.Scale, output, rectifies),
            layout.OutputSide(input.Height),
            layout.OutputSide(input.Width),
            output);
    }
}
