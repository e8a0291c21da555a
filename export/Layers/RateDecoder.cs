using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>The mean over the steps.</summary>
internal sealed class RateDecoder(GraphBuilder graph, string path) : IDecoder
{
    public Value Emit(IReadOnlyList<Value> steps)
    {
        using IDisposable scope = graph.Module(path);
        return graph.MeanOverSteps(steps);
    }
}
