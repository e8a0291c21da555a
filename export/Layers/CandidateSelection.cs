using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Takes the best (anchor, class) pairs of each level, as torchvision's RetinaNet does.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="classes">Classes of the model.</param>
/// <param name="anchorsOfLevel">Number of anchors of P3…P7.</param>
/// <param name="candidatesPerLevel">At most this many pairs of each level are taken.</param>
internal sealed class CandidateSelection(
    GraphBuilder graph, int classes, IReadOnlyList<int> anchorsOfLevel, int candidatesPerLevel)
{
    /// <summary>Class logits of P3…P7, each [N, anchors, classes], to the candidates, level after level.</summary>
    /// <remarks>
    /// torchvision drops low scores first and then takes the best. The order does not matter: suppression drops low
    /// scores anyway. The logits are compared because the sigmoid keeps their order and few need it this way.
    /// </remarks>
    public Candidates Emit(IReadOnlyList<Value> logits)
    {
        using IDisposable scope = graph.Module("candidates");
        var best = new Value[logits.Count];
        var pairs = new Value[logits.Count];
        var firstAnchors = new List<long>();
        long firstAnchor = 0;
        for (int i = 0; i < logits.Count; i++)
        {
            int count = (int)Math.Min((long)anchorsOfLevel[i] * classes, candidatesPerLevel);
            (best[i], pairs[i]) = EmitLevel(i, logits[i], count);
            firstAnchors.AddRange(Enumerable.Repeat(firstAnchor, count));
            firstAnchor += anchorsOfLevel[i];
        }

        Value scores = graph.Op("Sigmoid", [graph.Op("Concat", best, Attributes.Int("axis", 1))]);
        Value pair = graph.Op("Concat", pairs, Attributes.Int("axis", 1));
        Value classCount = graph.Scalar((long)classes);
        Value labels = graph.Op("Mod", [pair, classCount]);
        Value offsets = graph.Initializer<long>("candidates.first_anchor", [.. firstAnchors], firstAnchors.Count);
        Value anchors = graph.Op("Add", [graph.Op("Div", [pair, classCount]), offsets]);
        return new Candidates(scores, labels, anchors, firstAnchors.Count);
    }

    private (Value Best, Value Pairs) EmitLevel(int level, Value logits, int count)
    {
        using IDisposable part = graph.Part(PyramidLevels.Name(level));
        Value flat = graph.Op("Reshape", [logits, graph.Vector<long>(0, -1)]);
        Value[] best = graph.Op(
            "TopK",
            2,
            [flat, graph.Vector<long>(count)],
            Attributes.Int("axis", 1),
            Attributes.Int("largest", 1),
            Attributes.Int("sorted", 1));
        return (best[0], best[1]);
    }
}
