using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Layers on spikes that are booleans, SEW ADD's counts bytes, with all steps in the batch: [T·N, C, h, w], or channels last behind the stem.
/// </summary>
internal sealed class SpikeLayers(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, bool channelsLast)
{
    private readonly BackboneSpec _backbone = checkpoint.Spec.Backbone;

    /// <summary>The stem's currents, float [N, C, h, w] of each step or one of all, to spikes [T·N, C, h, w] behind its max-pool.</summary>
    public Maps FireStem(Maps currents)
    {
        Maps spikes = new StemSpikes(graph, checkpoint, rates).Emit(currents);
        if (_backbone.Block == BlockKind.SewAdd)
            spikes = spikes with { Values = [.. spikes.Values.Select(ToBytes)] };
        return spikes with { Values = [Concat(checkpoint.Network.StemNeuron, spikes.Values)] };
    }

    /// <summary>Float currents [T·N, …] to spikes.</summary>
    public Maps Fire(string path, Maps currents)
    {
        Value[] steps;
        using (graph.Module(path))
            steps = Unfold(currents.Values[0]);
        return currents with { Values = [Fold(path, NeuronLayer.Read(graph, checkpoint, path).EmitBooleans(steps))] };
    }

    /// <summary>Notes the firing rate of spikes [N, …] of each step, and puts the steps into the batch.</summary>
    public Value Fold(string path, Value[] spikes)
    {
        rates.Note(path, () => FiringRates.OfBooleans(graph, spikes));
        return Concat(path, spikes);
    }

    /// <summary>Spikes of branch and shortcut; in a Spiking block the branch is float currents, and so is a shortcut that is no identity.</summary>
    public Maps Join(BlockLayout block, Maps branch, Maps shortcut)
    {
        using IDisposable scope = graph.Module(block.Name);
        return branch with { Values = [Join(block, branch.Values[0], shortcut.Values[0])] };
    }

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return spikes.Through(pool, EmitPool(pool, spikes.Values[0]));
    }

    /// <summary>[T·N, C, h, w] to float of each step.</summary>
    public Value[] ToDecoder(Value spikes)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return graph.PerStep(Unfold(spikes), step => graph.Cast(step, DataType.Float));
    }

    /// <summary>Spikes as what convolutions of whole numbers read.</summary>
    public Value ToBytes(Value spikes) => graph.Cast(spikes, DataType.Uint8);

    /// <summary>[T·N, …] to [N, …] of each step.</summary>
    public Value[] Unfold(Value folded)
    {
        int steps = _backbone.TimeSteps;
        return steps == 1 ? [folded] : graph.Op("Split", steps, [folded], Attributes.Int("axis", 0), Attributes.Int("num_outputs", steps));
    }

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
                return graph.Op("Add", [graph.Cast(h, DataType.Uint8), graph.Cast(x, DataType.Uint8)]);
            case BlockKind.Spiking:
                return graph.Op("Add", [h, block.Shortcut is null ? graph.Cast(x, DataType.Float) : x]);
            default:
                throw new InvalidOperationException($"No spikes in blocks of kind {_backbone.Block}.");
        }
    }

    private Value Concat(string path, Value[] steps)
    {
        using IDisposable scope = graph.Module(path);
        return steps.Length == 1 ? steps[0] : graph.Op("Concat", steps, Attributes.Int("axis", 0));
    }

    /// <summary>A max-pool is slow on bytes, so that it goes over floats.</summary>
    private Value EmitPool(PoolLayout pool, Value spikes) => graph.Cast(
        MaxPool.Emit(graph, pool, graph.Cast(spikes, DataType.Float)),
        _backbone.Block == BlockKind.SewAdd ? DataType.Uint8 : DataType.Bool);
}
