using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Makes real-valued features [N, C, h, w] of the spikes of T steps, each [N, C, h, w].</summary>
internal interface IDecoder
{
    Value Emit(IReadOnlyList<Value> steps);
}
