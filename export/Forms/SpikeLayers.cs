using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Layers on spikes that are booleans, SEW ADD's counts bytes or halves, [N, C, h, w] of each step, or [T·N, C, h, w]; behind the stem
/// channels may be last.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="checkpoint">The network.</param>
/// <param name="rates">Notes the neurons.</param>
/// <param name="time">Where the steps lie.</param>
/// <param name="passes">Of the stem.</param>
/// <param name="channelsLast">Whether channels are last.</param>
/// <param name="numbers">What spikes are to convolutions, and what SEW ADD's counts are.</param>
internal sealed class SpikeLayers(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, TimeFolding time, GraphPasses passes, bool channelsLast, DataType numbers = DataType.Uint8)
{
    private readonly BackboneSpec _backbone = checkpoint.Spec.Backbone;

    /// <summary>The stem's currents, float [N, C, h, w] of each step or one of all, to spikes behind its max-pool.</summary>
    public Maps FireStem(Maps currents)
    {
        string path = checkpoint.Network.StemNeuron;
        Maps spikes = new StemSpikes(graph, checkpoint, rates, passes).Emit(currents);
        using IDisposable scope = graph.Module(path);
        if (_backbone.Block == BlockKind.SewAdd)
            spikes = ToNumbers(spikes);
        return spikes with { Values = time.Fold(path, spikes.Values) };
    }

    /// <summary>Float currents to spikes.</summary>
    public Maps Fire(string path, Maps currents) => FireSteps(path, currents, NeuronLayer.Read(graph, checkpoint, path).EmitBooleans);

    /// <summary>Currents to spikes by neurons that read those of each step.</summary>
    public Maps FireSteps(string path, Maps currents, Func<IReadOnlyList<Value>, Value[]> neurons)
    {
        Value[] spikes = neurons(time.Unfold(path, currents.Values));
        rates.Note(path, () => FiringRates.OfBooleans(graph, spikes));
        return currents with { Values = time.Fold(path, spikes) };
    }

    /// <summary>Spikes of branch and shortcut; in a Spiking block the branch is float currents, and so is a shortcut that is no identity.</summary>
    public Maps Join(BlockLayout block, Maps branch, Maps shortcut)
    {
        using IDisposable scope = graph.Module(block.Name);
        int next = 0;
        return branch with { Values = graph.PerStep(branch.Values, h => Join(block, h, shortcut.Values[next++])) };
    }

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return spikes.Through(pool, graph.PerStep(spikes.Values, step => EmitPool(pool, step)));
    }

    /// <summary>Channels first, to float of each step.</summary>
    public Value[] ToDecoder(Maps spikes)
    {
        const string Path = "to_decoder";
        Value[] steps = time.Unfold(Path, spikes.Values);
        using IDisposable scope = graph.Module(Path);
        return graph.PerStep(steps, step => graph.Cast(step, DataType.Float));
    }

    /// <summary>Spikes as what convolutions read, in the module that is open.</summary>
    public Maps ToNumbers(Maps spikes) => spikes with { Values = graph.PerStep(spikes.Values, step => graph.Cast(step, numbers)) };

    private Value Join(BlockLayout block, Value h, Value x)
    {
        switch (_backbone.Block)
        {
            case BlockKind.SpikeGate when block.Gate is { } gate:
                return LearnedSpikeGate.Read(graph, checkpoint, gate).EmitBooleans(h, x, channelsLast);
            case BlockKind.SpikeGate:
                return graph.Op("Or", [h, x]);
            case BlockKind.SewAnd:
                return graph.Op("And", [h, x]);
            case BlockKind.SewIand:
                return graph.Op("And", [x, graph.Op("Not", [h])]);
            case BlockKind.SewAdd:
                return graph.Op("Add", [graph.Cast(h, numbers), graph.Cast(x, numbers)]);
            case BlockKind.Spiking:
                return graph.Op("Add", [h, block.Shortcut is null ? graph.Cast(x, DataType.Float) : x]);
            default:
                throw new InvalidOperationException($"No spikes in blocks of kind {_backbone.Block}.");
        }
    }

    /// <summary>A max-pool is slow on bytes, so that it goes over floats.</summary>
    private Value EmitPool(PoolLayout pool, Value spikes) => graph.Cast(
        MaxPool.Emit(graph, pool, graph.Cast(spikes, DataType.Float)),
        _backbone.Block == BlockKind.SewAdd ? numbers : DataType.Bool);
}
