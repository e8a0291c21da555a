using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Layers;

/// <summary>A convolution with bias, of float32 or float16, the batch normalisation behind it folded in unless it is to be a node of its own.</summary>
internal sealed class Convolution
{
    private readonly GraphBuilder _graph;
    private readonly ConvolutionLayout _layout;
    private readonly Value[] _weights;
    private readonly Value[] _norm = [];

    /// <summary>Reads the weights; every later <see cref="Emit(Value)"/> shares them.</summary>
    public Convolution(GraphBuilder graph, Checkpoint checkpoint, ConvolutionLayout layout, GraphPasses passes = GraphPasses.All, bool half = false)
    {
        _graph = graph;
        _layout = layout;
        if (layout.BatchNorm is { } norm && !passes.HasFlag(GraphPasses.FoldNormalisation))
        {
            _weights = [Weight(checkpoint.Read($"{layout.Name}.weight"))];
            _norm = [.. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(part =>
                graph.Initializer<float>($"{norm}.{part}", checkpoint.Read($"{norm}.{part}"), layout.OutChannels))];
            return;
        }

        FoldedWeights folded = FoldedWeights.Read(checkpoint, layout);
        _weights = [Weight(folded.Weight), Constant("bias", folded.Bias, layout.OutChannels)];

        Value Weight(float[] elements) =>
            Constant("weight", elements, layout.OutChannels, layout.InChannels, layout.Kernel, layout.Kernel);

        Value Constant(string part, float[] elements, params ReadOnlySpan<long> shape)
        {
            string name = $"{layout.Name}.{part}";
            return half
                ? graph.Initializer<Half>(name, HalfWeights.Round(elements, name, checkpoint.Path), shape)
                : graph.Initializer<float>(name, elements, shape);
        }
    }

    /// <summary>[N, C, h, w] to [N, C′, h′, w′].</summary>
    public Value Emit(Value input)
    {
        using IDisposable scope = _graph.Module(_layout.Name);
        return EmitNode(input);
    }

    /// <summary>One node for each time step.</summary>
    public Value[] Emit(IReadOnlyList<Value> steps)
    {
        using IDisposable scope = _graph.Module(_layout.Name);
        return _graph.PerStep(steps, EmitNode);
    }

    /// <summary>One node for a pyramid level, for weights that all levels share.</summary>
    public Value EmitLevel(Value input, string level)
    {
        using IDisposable scope = _graph.Module(_layout.Name);
        using IDisposable part = _graph.Part(level);
        return EmitNode(input);
    }

    /// <summary>[N, C, h, w] to [N, C′, h′, w′] in the module that is open.</summary>
    public Value EmitNode(Value input)
    {
        long padding = _layout.Padding;
        AttributeProto[] attributes =
        [
            Attributes.Ints("kernel_shape", _layout.Kernel, _layout.Kernel),
            Attributes.Ints("strides", _layout.Stride, _layout.Stride),
            Attributes.Ints("pads", padding, padding, padding, padding),
        ];
        Value sums = _graph.Op("Conv", [input, .. _weights], attributes);
        return _norm.Length == 0
            ? sums
            : _graph.Op("BatchNormalization", [sums, .. _norm], Attributes.Float("epsilon", (float)FoldedWeights.Epsilon));
    }
}
