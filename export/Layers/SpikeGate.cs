using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// BSG (Zhang et al. 2023): Y = G·H + (1 − G)·X with G = H. For spikes this is H² + (1 − H)·X = "H or X", the larger
/// of the two.
/// </summary>
internal sealed class SpikeGate(GraphBuilder graph) : IResidualJoin
{
    public Value Emit(Value branch, Value shortcut) => graph.Op("Max", [branch, shortcut]);
}
