using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Feature pyramid (Lin et al. 2017) with the two coarse levels of RetinaNet, as torchvision builds it.</summary>
internal static class FeaturePyramid
{
    private const string Path = "backbone.fpn";

    /// <summary>Decoded C3, C4, C5, each [N, C, h, w] and half as large as the one before, to P3…P7.</summary>
    public static Value[] Emit(GraphBuilder graph, Checkpoint checkpoint, DetectorLayout layout, IReadOnlyList<Value> features)
    {
        var levels = new Value[features.Count];
        Value? coarser = null;
        for (int i = features.Count - 1; i >= 0; i--)
        {
            Value lateral = new Convolution(graph, checkpoint, layout.Inner[i]).Emit(features[i]);
            Value merged = coarser is { } above ? EmitTopDown(graph, i, lateral, above) : lateral;
            levels[i] = new Convolution(graph, checkpoint, layout.Outer[i]).Emit(merged);
            coarser = merged;
        }

        Value source = checkpoint.Spec.Detector!.P6Source == P6Source.C5 ? features[^1] : levels[^1];
        Value p6 = new Convolution(graph, checkpoint, layout.P6).Emit(source);
        Value p7 = new Convolution(graph, checkpoint, layout.P7).Emit(EmitRelu(graph, p6));
        return [.. levels, p6, p7];
    }

    private static Value EmitTopDown(GraphBuilder graph, int level, Value lateral, Value coarser)
    {
        using IDisposable scope = graph.Module($"{Path}.top_down.{level}");
        Value scales = graph.Vector(1f, 1f, 2f, 2f);
        Value enlarged = graph.Op(
            "Resize",
            [coarser, Value.None, scales],
            Attributes.Text("mode", "nearest"),
            Attributes.Text("coordinate_transformation_mode", "asymmetric"),
            Attributes.Text("nearest_mode", "floor"));
        return graph.Op("Add", [lateral, enlarged]);
    }

    private static Value EmitRelu(GraphBuilder graph, Value p6)
    {
        using IDisposable scope = graph.Module($"{Path}.extra_blocks.p7");
        return graph.Op("Relu", [p6]);
    }
}
