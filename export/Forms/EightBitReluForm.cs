using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>The ordinary network: weights int8, activations bytes, ReLU done by bytes that cannot be negative.</summary>
internal sealed class EightBitReluForm(GraphBuilder graph, Checkpoint checkpoint, LayerScales scales) : IBackboneForm
{
    public Maps FireStem(Maps currents)
    {
        string path = checkpoint.Network.StemNeuron;
        ByteScale? scale = scales.Range(path, signed: false);
        using IDisposable scope = graph.Module(path);
        Maps maps = currents with { Values = [graph.Op("Relu", [currents.Values[0]])] };
        if (checkpoint.Network.StemPool is { } pool)
            maps = maps.Through(pool, MaxPool.Emit(graph, pool, maps.Values[0]));
        return scale is { } rounded ? maps with { Values = [graph.Quantize(maps.Values[0], rounded)], Scale = scale } : maps;
    }

    public Maps Convolve(ConvolutionLayout layout, Maps spikes) => Emit(layout, spikes, scales.Range(layout.Name), rectifies: false);

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes) =>
        Emit(unit.Convolution, spikes, scales.Range(unit.Neuron, signed: false), rectifies: true);

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) =>
        throw new InvalidOperationException("The ordinary network has its ReLU behind the join.");

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut)
    {
        ByteScale? scale = scales.Range(block.Branch[^1].Neuron, signed: false);
        using IDisposable scope = graph.Module(block.Name);
        return currents with { Values = [graph.AddMixed(currents.Values[0], currents.Scale, shortcut.Values[0], shortcut.Scale, scale, rectifies: true)], Scale = scale };
    }

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return spikes.Through(pool, MaxPool.Emit(graph, pool, spikes.Values[0])) with { Scale = spikes.Scale };
    }

    public Value[] ToDecoder(Maps spikes)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return [graph.ToFloat(spikes.Values[0], spikes.Scale)];
    }

    private Maps Emit(ConvolutionLayout layout, Maps input, ByteScale? output, bool rectifies)
    {
        using IDisposable scope = graph.Module(layout.Name);
        Value maps = new MixedConvolution(graph, checkpoint, layout).Emit(input.Values[0], input.Scale, output, rectifies);
        return input.Through(layout, maps) with { Scale = output };
    }
}
