using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>SEW AND (Fang et al. 2021): Y = H·X.</summary>
internal sealed class SpikeConjunction(GraphBuilder graph) : IResidualJoin
{
    public Value Emit(Value branch, Value shortcut) => graph.Op("Mul", [branch, shortcut]);
}
