using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>float32, or float16 between the decoded features and the answers of the heads.</summary>
internal sealed class FloatDetectorForm(GraphBuilder graph, Checkpoint checkpoint, ActivationTaps? taps = null, bool half = false) : IDetectorForm
{
    private readonly Dictionary<ConvolutionLayout, Convolution> _convolutions = [];

    public Activation Enter(int stage, Activation feature)
    {
        taps?.Note(DetectorKeys.Feature(stage), feature.Value);
        if (!half)
            return feature;
        using IDisposable scope = graph.Module(DetectorKeys.Feature(stage));
        return feature with { Value = graph.Cast(feature.Value, DataType.Float16) };
    }

    public Activation Convolve(ConvolutionLayout layout, Activation input) =>
        Noted(layout.Name, layout, input, Convolution(layout).Emit(input.Value));

    public Activation ConvolveAndRectify(ConvolutionLayout layout, Activation input, string head, string level)
    {
        Value maps = Convolution(layout).EmitLevel(input.Value, level);
        using IDisposable scope = graph.Module(head);
        using IDisposable part = graph.Part(level);
        return Noted(DetectorKeys.Level(layout, level), layout, input, graph.Op("Relu", [maps]));
    }

    public Value ConvolveToChannelsLast(ConvolutionLayout layout, Activation input, string level)
    {
        Value maps = Convolution(layout).EmitLevel(input.Value, level);
        using IDisposable scope = graph.Module(layout.Name);
        using IDisposable part = graph.Part(level);
        Value answers = graph.Transpose(maps, 0, 2, 3, 1);
        return half ? graph.Cast(answers, DataType.Float) : answers;
    }

    public Activation Rectify(string module, Activation input)
    {
        using IDisposable scope = graph.Module(module);
        return input with { Value = graph.Op("Relu", [input.Value]) };
    }

    public Activation AddEnlarged(string module, Activation lateral, Activation coarser)
    {
        using IDisposable scope = graph.Module(module);
        Value sum = graph.Op("Add", [lateral.Value, Enlarging.Emit(graph, coarser.Value)]);
        taps?.Note(module, sum);
        return lateral with { Value = sum };
    }

    private Activation Noted(string key, ConvolutionLayout layout, Activation input, Value value)
    {
        taps?.Note(key, value);
        return new Activation(value, layout.OutputSide(input.Height), layout.OutputSide(input.Width));
    }

    private Convolution Convolution(ConvolutionLayout layout)
    {
        if (!_convolutions.TryGetValue(layout, out Convolution? convolution))
            _convolutions.Add(layout, convolution = new Convolution(graph, checkpoint, layout, half: half));
        return convolution;
    }
}
