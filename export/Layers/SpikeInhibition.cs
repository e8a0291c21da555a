using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>SEW IAND (Fang et al. 2021): Y = X·(1 − H), so the branch inhibits the shortcut.</summary>
internal sealed class SpikeInhibition(GraphBuilder graph) : IResidualJoin
{
    public Value Emit(Value branch, Value shortcut) =>
        graph.Op("Mul", [shortcut, graph.Op("Sub", [graph.Scalar(1f), branch])]);
}
