using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Maps of twice the size each way, every number four times.</summary>
internal static class Enlarging
{
    /// <summary>[N, C, h, w] to [N, C, 2h, 2w] in the open module.</summary>
    public static Value Emit(GraphBuilder graph, Value maps) => graph.Op(
        "Resize",
        [maps, Value.None, graph.Vector(1f, 1f, 2f, 2f)],
        Attributes.Text("mode", "nearest"),
        Attributes.Text("coordinate_transformation_mode", "asymmetric"),
        Attributes.Text("nearest_mode", "floor"));
}
