using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Picks rows of each picture.</summary>
internal static class RowGathering
{
    /// <summary>Table [N, rows, values] and row numbers [N, M] to [N, M, values].</summary>
    public static Value GatherRows(this GraphBuilder graph, Value table, Value rows)
    {
        Value indices = graph.Op("Unsqueeze", [rows, graph.Vector(-1L)]);
        return graph.Op("GatherND", [table, indices], Attributes.Int("batch_dims", 1));
    }
}
