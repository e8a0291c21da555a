using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>RetinaNet behind the decoders: pyramid, heads and post-processing.</summary>
internal static class DetectorHead
{
    private const int BoxSides = 4;

    /// <summary>
    /// Decoded stages 2, 3, 4 to the outputs <c>boxes</c>, <c>scores</c>, <c>labels</c> and, where
    /// <paramref name="rawHeads"/> is set, <c>cls_logits</c> and <c>bbox_regression</c>.
    /// </summary>
    public static void Emit(
        GraphBuilder graph, Checkpoint checkpoint, IDetectorForm form, IReadOnlyList<Activation> features, Dimension batch, bool rawHeads)
    {
        ModelSpec spec = checkpoint.Spec;
        DetectorSpec detector = spec.Detector!;
        DetectorLayout layout = checkpoint.Network.Detector!;
        Activation[] levels = FeaturePyramid.Emit(form, spec, layout, features);
        Value[] logits = new RetinaHead(graph, form, layout.Classification).Emit(levels);
        Value[] deltasOfLevel = new RetinaHead(graph, form, layout.Regression).Emit(levels);
        Value deltas = EmitAllLevels(graph, layout.Regression[^1].Name, deltasOfLevel);

        IReadOnlyList<float[]> anchors = AnchorGenerator.Generate(spec);
        int[] anchorsOfLevel = [.. anchors.Select(level => level.Length / BoxSides)];
        Candidates candidates = new CandidateSelection(
            graph, spec.ClassCount, anchorsOfLevel, detector.CandidatesPerLevel).Emit(logits);
        Value boxes = new BoxDecoding(graph, spec.Input, [.. anchors.SelectMany(level => level)])
            .Emit(deltas, candidates.Anchors);
        new Suppression(graph, detector, spec.ClassCount).Emit(candidates, boxes, batch);
        if (!rawHeads)
            return;

        int total = anchorsOfLevel.Sum();
        Value allLogits = EmitAllLevels(graph, layout.Classification[^1].Name, logits);
        graph.Output<float>("cls_logits", allLogits, batch, total, spec.ClassCount);
        graph.Output<float>("bbox_regression", deltas, batch, total, BoxSides);
    }

    private static Value EmitAllLevels(GraphBuilder graph, string path, Value[] levels)
    {
        using IDisposable scope = graph.Module(path);
        return graph.Op("Concat", levels, Attributes.Int("axis", 1));
    }
}
