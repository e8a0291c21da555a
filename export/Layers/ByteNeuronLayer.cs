using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// IF neurons with hard reset to 0 whose currents and membranes are bytes of one scale: V + I stops at the ends of the range.
/// </summary>
internal sealed class ByteNeuronLayer(GraphBuilder graph, NeuronSpec spec, string path, ByteScale scale)
{
    /// <summary>Currents of T steps to booleans.</summary>
    public Value[] Emit(IReadOnlyList<Value> currents)
    {
        using IDisposable scope = graph.Module(path);
        Value threshold = graph.Scalar(scale.Byte(spec.Threshold));
        Value rest = graph.Scalar(scale.ZeroPoint);
        var spikes = new Value[currents.Count];
        Value? membrane = null;
        for (int t = 0; t < spikes.Length; t++)
        {
            using IDisposable step = graph.Step(t);
            Value charged = membrane is { } potential ? graph.AddMixed(potential, scale, currents[t], scale, scale) : currents[t];
            spikes[t] = graph.Op("GreaterOrEqual", [charged, threshold]);
            membrane = graph.Op("Where", [spikes[t], rest, charged]);
        }

        return spikes;
    }
}
