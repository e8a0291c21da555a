using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Mean over the picture, the fully connected layer <c>fc</c>, softmax.</summary>
internal static class ClassifierHead
{
    /// <summary>Features [N, C, h, w] to the outputs <c>logits</c> and <c>probabilities</c>, each [N, classes].</summary>
    public static void Emit(GraphBuilder graph, Checkpoint checkpoint, Value features, Dimension batch)
    {
        NetworkLayout network = checkpoint.Network;
        int classes = checkpoint.Spec.ClassCount;
        using IDisposable scope = graph.Module("fc");
        Value pooled = graph.Op("Flatten", [graph.Op("GlobalAveragePool", [features])], Attributes.Int("axis", 1));
        Value weight = graph.Initializer<float>("fc.weight", checkpoint.Read("fc.weight"), classes, network.FeatureChannels);
        Value bias = graph.Initializer<float>("fc.bias", checkpoint.Read("fc.bias"), classes);
        Value logits = graph.Op("Gemm", [pooled, weight, bias], Attributes.Int("transB", 1));
        Value probabilities = graph.Op("Softmax", [logits], Attributes.Int("axis", 1));
        graph.Output<float>("logits", logits, batch, classes);
        graph.Output<float>("probabilities", probabilities, batch, classes);
    }
}
