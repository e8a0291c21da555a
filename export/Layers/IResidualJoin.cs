using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>How a residual block makes one value of its branch H and its shortcut X, both [N, C, h, w].</summary>
internal interface IResidualJoin
{
    Value Emit(Value branch, Value shortcut);
}
