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
    private readonly Dictionary<ConvolutionLayout, ByteConvolution> _convolutions = [];

    public Activation Enter(int stage, Activation feature)
    {
        ByteScale scale = scales.Range(DetectorKeys.Feature(stage));
        using IDisposable scope = graph.Module(DetectorKeys.Feature(stage));
        return feature with { Value = graph.Quantize(feature.Value, scale), Scale = scale };
    }

    public Activation Convolve(ConvolutionLayout layout, Activation input)
    {
        using IDisposable scope = graph.Module(layout.Name);
        return Emit(layout, input, scales.Range(layout.Name));
    }

    public Activation ConvolveAndRectify(ConvolutionLayout layout, Activation input, string head, string level)
    {
        using IDisposable scope = graph.Module(layout.Name);
        using IDisposable part = graph.Part(level);
        return Emit(layout, input, scales.Range(DetectorKeys.Level(layout, level), signed: false));
    }

    public Value ConvolveToChannelsLast(ConvolutionLayout layout, Activation input, string level)
    {
        using IDisposable scope = graph.Module(layout.Name);
        using IDisposable part = graph.Part(level);
        Value maps = graph.Transpose(input.Value, 0, 2, 3, 1);
        return new PatchConvolution(graph, checkpoint, layout).Emit(maps, input.Height, input.Width, input.Scale!.Value);
    }

    public Activation Rectify(string module, Activation input)
    {
        using IDisposable scope = graph.Module(module);
        return input with { Value = graph.Op("Max", [input.Value, graph.Scalar(input.Scale!.Value.ZeroPoint)]) };
    }

    public Activation AddEnlarged(string module, Activation lateral, Activation coarser)
    {
        ByteScale scale = scales.Range(module);
        using IDisposable scope = graph.Module(module);
        Value enlarged = Enlarging.Emit(graph, coarser.Value);
        Value sum = graph.AddBytes(lateral.Value, lateral.Scale!.Value, enlarged, coarser.Scale!.Value, scale);
        return lateral with { Value = sum, Scale = scale };
    }

    private Activation Emit(ConvolutionLayout layout, Activation input, ByteScale output)
    {
        if (!_convolutions.TryGetValue(layout, out ByteConvolution? convolution))
            _convolutions.Add(layout, convolution = new ByteConvolution(graph, checkpoint, layout));
        return new Activation(
            convolution.Emit(input.Value, input.Scale!.Value, output),
            layout.OutputSide(input.Height),
            layout.OutputSide(input.Width),
            output);
    }
}
