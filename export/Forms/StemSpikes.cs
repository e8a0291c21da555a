using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>The first neurons and the max-pool behind them, where there is one: all forms begin with them in floats.</summary>
internal sealed class StemSpikes(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, GraphPasses passes)
{
    /// <summary>Float currents [N, C, h, w] of each step, or one of all, to booleans of each step.</summary>
    public Maps Emit(Maps currents)
    {
        string path = checkpoint.Network.StemNeuron;
        PoolLayout? pool = checkpoint.Network.StemPool;
        int timeSteps = checkpoint.Spec.Backbone.TimeSteps;
        var neurons = NeuronLayer.Read(graph, checkpoint, path);
        if (passes.HasFlag(GraphPasses.ClosedForm) && currents.Values.Length == 1 && timeSteps > 1 && neurons.InClosedForm is { } closed)
        {
            Value current = currents.Values[0];
            if (pool is not null)
            {
                rates.Note(path, () => FiringRates.OfBooleans(graph, closed.Emit(current, timeSteps)));
                return currents.Through(pool, closed.Emit(current, timeSteps, pool));
            }

            Value[] fired = closed.Emit(current, timeSteps);
            rates.Note(path, () => FiringRates.OfBooleans(graph, fired));
            return currents with { Values = fired };
        }

        Value[] steps = currents.Values.Length == timeSteps ? currents.Values : [.. Enumerable.Repeat(currents.Values[0], timeSteps)];
        Value[] spikes = neurons.EmitBooleans(steps);
        rates.Note(path, () => FiringRates.OfBooleans(graph, spikes));
        Maps maps = currents with { Values = spikes };
        if (pool is null)
            return maps;
        using IDisposable scope = graph.Module(pool.Name);
        return maps.Through(pool, graph.PerStep(spikes, step =>
            graph.Cast(MaxPool.Emit(graph, pool, graph.Cast(step, DataType.Float)), DataType.Bool)));
    }
}
