using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// Boxes from anchors and the head's deltas (dx, dy, dw, dh), weights 1, as torchvision's box coder: the centre moves
/// by (dx, dy) anchor sizes, the size grows by e^(dw, dh), each at most 1000/16; then the box is clipped to the picture.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="input">Height and width that boxes are clipped to.</param>
/// <param name="anchors">All anchors, level after level, four numbers each: x1, y1, x2, y2 in pixels of the input.</param>
internal sealed class BoxDecoding(GraphBuilder graph, InputSpec input, float[] anchors)
{
    private static readonly double LargestLogScale = Math.Log(1000.0 / 16);

    /// <summary>
    /// Deltas of all anchors [N, anchors, 4] and the rows that are wanted [N, M] to boxes [N, M, 4].
    /// </summary>
    public Value Emit(Value deltas, Value rows)
    {
        using IDisposable scope = graph.Module("boxes");
        Value centres = graph.Op("Gather", [AnchorTable("centres", Centre), rows], Attributes.Int("axis", 0));
        Value sizes = graph.Op("Gather", [AnchorTable("sizes", Size), rows], Attributes.Int("axis", 0));
        Value wanted = graph.GatherRows(deltas, rows);
        Value[] halves = graph.Split(wanted, 2, axis: 2);

        Value centre = graph.Op("Add", [graph.Op("Mul", [halves[0], sizes]), centres]);
        Value capped = graph.Op("Min", [halves[1], graph.Scalar((float)LargestLogScale)]);
        Value size = graph.Op("Mul", [graph.Op("Exp", [capped]), sizes]);
        Value reach = graph.Op("Mul", [size, graph.Scalar(0.5f)]);
        Value[] corners = [Clip(graph.Op("Sub", [centre, reach])), Clip(graph.Op("Add", [centre, reach]))];
        return graph.Op("Concat", corners, Attributes.Int("axis", 2));
    }

    private Value Clip(Value corner)
    {
        Value inside = graph.Op("Max", [corner, graph.Scalar(0f)]);
        return graph.Op("Min", [inside, graph.Vector<float>(input.Width, input.Height)]);
    }

    private Value AnchorTable(string name, Func<float, float, float> combine)
    {
        var table = new float[anchors.Length / 2];
        for (int i = 0; i < table.Length; i++)
        {
            int corner = i / 2 * 4 + i % 2;
            table[i] = combine(anchors[corner], anchors[corner + 2]);
        }

        return graph.Initializer<float>($"anchors.{name}", table, table.Length / 2, 2);
    }

    private static float Size(float low, float high) => high - low;

    private static float Centre(float low, float high) => low + 0.5f * (high - low);
}
