using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Y = H + X: SEW ADD, and the sum before the last activation of Spiking ResNet and the ordinary ResNet.</summary>
internal sealed class Addition(GraphBuilder graph) : IResidualJoin
{
    public Value Emit(Value branch, Value shortcut) => graph.Op("Add", [branch, shortcut]);
}
