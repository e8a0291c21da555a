using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// BSG (Zhang et al. 2023): Y = G·H + (1 − G)·X with G = H. For spikes this is H² + (1 − H)·X = "H or X", the larger
/// of the two.
/// </summary>
internal sealed class SpikeGate(GraphBuilder graph, GraphPasses passes = GraphPasses.All) : IResidualJoin
{
    public Value Emit(Value branch, Value shortcut)
    {
        if (passes.HasFlag(GraphPasses.OrGate))
            return graph.Op("Max", [branch, shortcut]);
        Value closed = graph.Op("Sub", [graph.Scalar(1f), branch]);
        return graph.Op("Add", [graph.Op("Mul", [branch, branch]), graph.Op("Mul", [closed, shortcut])]);
    }
}
