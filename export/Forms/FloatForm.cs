using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Forms;

/// <summary>float32, channels first: spikes are floats, and the ordinary network has ReLU in their place.</summary>
internal sealed class FloatForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, TimeFolding time, GraphPasses passes, ActivationTaps? taps = null) : IBackboneForm
{
    public Maps FireStem(Maps currents)
    {
        string path = checkpoint.Network.StemNeuron;
        if (checkpoint.Spec.Backbone.Block == BlockKind.Ann)
        {
            Maps outputs = Fire(path, currents);
            return checkpoint.Network.StemPool is { } pool ? Pool(pool, outputs) : outputs;
        }

        Maps spikes = new StemSpikes(graph, checkpoint, rates, passes).Emit(currents);
        using IDisposable scope = graph.Module(path);
        Value[] floats = graph.PerStep(spikes.Values, step => graph.Cast(step, TensorProto.Types.DataType.Float));
        return spikes with { Values = time.Fold(path, floats) };
    }

    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        Maps currents = spikes.Through(layout, new Convolution(graph, checkpoint, layout, passes).Emit(spikes.Values));
        taps?.Note(layout.Name, currents.Values);
        return currents;
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes) => Fire(unit.Neuron, Convolve(unit.Convolution, spikes));

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) => Fire(block.Branch[^1].Neuron, Join(block, currents, shortcut));

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut)
    {
        IResidualJoin join = ChooseJoin(block);
        using IDisposable scope = graph.Module(block.Name);
        int next = 0;
        return branch with { Values = graph.PerStep(branch.Values, output => join.Emit(output, shortcut.Values[next++])) };
    }

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return spikes.Through(pool, graph.PerStep(spikes.Values, step => MaxPool.Emit(graph, pool, step)));
    }

    public Value[] ToDecoder(Maps spikes) => time.Unfold("to_decoder", spikes.Values);

    private Maps Fire(string path, Maps currents)
    {
        if (checkpoint.Spec.Backbone.Block == BlockKind.Ann)
        {
            using IDisposable scope = graph.Module(path);
            Value[] outputs = graph.PerStep(currents.Values, current => graph.Op("Relu", [current]));
            taps?.Note(path, outputs);
            return currents with { Values = outputs };
        }

        Value[] spikes = NeuronLayer.Read(graph, checkpoint, path).EmitFloats(time.Unfold(path, currents.Values));
        rates.Note(path, () => FiringRates.OfSteps(graph, spikes));
        return currents with { Values = time.Fold(path, spikes) };
    }

    private IResidualJoin ChooseJoin(BlockLayout block) => checkpoint.Spec.Backbone.Block switch
    {
        BlockKind.SpikeGate when block.Gate is { } gate => LearnedSpikeGate.Read(graph, checkpoint, gate),
        BlockKind.SpikeGate => new SpikeGate(graph, passes),
        BlockKind.SewAnd => new SpikeConjunction(graph),
        BlockKind.SewIand => new SpikeInhibition(graph),
        BlockKind.SewAdd or BlockKind.Spiking or BlockKind.Ann => new Addition(graph),
        BlockKind other => throw new InvalidOperationException($"Unknown kind of block: {other}."),
    };
}
