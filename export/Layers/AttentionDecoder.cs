using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// Attention spike decoder (Zhang et al. 2023, after Woo et al. 2018, CBAM): attention over time, mean over time,
/// attention over channels, attention over space, plus the rate.
/// </summary>
internal sealed class AttentionDecoder(GraphBuilder graph, Checkpoint checkpoint, DecoderLayout layout) : IDecoder
{
    public Value Emit(IReadOnlyList<Value> steps)
    {
        Value attended = EmitSpatial(EmitChannel(EmitTemporal(steps)));
        using IDisposable scope = graph.Module(layout.Name);
        return graph.Op("Add", [attended, graph.MeanOverSteps(steps)]);
    }

    private Value EmitTemporal(IReadOnlyList<Value> steps)
    {
        using IDisposable scope = graph.Module($"{layout.Name}.temporal");
        Value[] means = graph.PerStep(steps, step => graph.Reduce("ReduceMean", step, 1, 2, 3));
        Value profile = means.Length == 1 ? means[0] : graph.Op("Concat", means, Attributes.Int("axis", 1));
        Value hidden = EmitConvolution(profile, layout.TemporalFirst, layout.TemporalHidden, layout.TimeSteps);
        Value logits = EmitConvolution(
            graph.Op("Relu", [hidden]), layout.TemporalSecond, layout.TimeSteps, layout.TemporalHidden);
        Value weights = graph.Op("Sigmoid", [logits]);
        if (steps.Count == 1)
            return graph.Op("Mul", [steps[0], weights]);

        // The mean over the steps is a sum whose weights are divided, which are few, in place of the sum.
        Value shares = graph.Op("Div", [weights, graph.Scalar((float)steps.Count)]);
        Value[] shareOfStep = graph.Split(shares, steps.Count, axis: 1);
        int next = 0;
        return graph.SumOverSteps(graph.PerStep(steps, step => graph.Op("Mul", [step, shareOfStep[next++]])));
    }

    private Value EmitChannel(Value features)
    {
        using IDisposable scope = graph.Module($"{layout.Name}.channel");
        Value fromMean = EmitNet("mean", graph.Op("GlobalAveragePool", [features]));
        Value fromMax = EmitNet("max", graph.Op("GlobalMaxPool", [features]));
        Value weights = graph.Op("Sigmoid", [graph.Op("Add", [fromMean, fromMax])]);
        return graph.Op("Mul", [features, weights]);

        Value EmitNet(string name, Value pooled)
        {
            using IDisposable part = graph.Part(name);
            Value hidden = EmitConvolution(pooled, layout.ChannelFirst, layout.ChannelHidden, layout.Channels);
            return EmitConvolution(graph.Op("Relu", [hidden]), layout.ChannelSecond, layout.Channels, layout.ChannelHidden);
        }
    }

    private Value EmitSpatial(Value features)
    {
        using IDisposable scope = graph.Module($"{layout.Name}.spatial");
        Value mean = graph.Reduce("ReduceMean", features, 1);
        Value max = graph.Reduce("ReduceMax", features, 1);
        Value both = graph.Op("Concat", [mean, max], Attributes.Int("axis", 1));
        Value logits = EmitConvolution(both, layout.Spatial, 1, 2, DecoderLayout.SpatialKernel);
        return graph.Op("Mul", [features, graph.Op("Sigmoid", [logits])]);
    }

    private Value EmitConvolution(Value input, string weightName, int outChannels, int inChannels, int kernel = 1)
    {
        long padding = kernel / 2;
        Value weight = graph.Initializer<float>(weightName, checkpoint.Read(weightName), outChannels, inChannels, kernel, kernel);
        return graph.Op(
            "Conv",
            [input, weight],
            Attributes.Ints("kernel_shape", kernel, kernel),
            Attributes.Ints("pads", padding, padding, padding, padding));
    }
}
