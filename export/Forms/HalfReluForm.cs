using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>The ordinary network: convolutions and activations of float16.</summary>
internal sealed class HalfReluForm(GraphBuilder graph, Checkpoint checkpoint) : IBackboneForm
{
    public Maps FireStem(Maps currents)
    {
        using IDisposable scope = graph.Module(checkpoint.Network.StemNeuron);
        Maps maps = currents with { Values = [graph.Op("Relu", [currents.Values[0]])] };
        if (checkpoint.Network.StemPool is { } pool)
            maps = maps.Through(pool, MaxPool.Emit(graph, pool, maps.Values[0]));
        return maps with { Values = [graph.Cast(maps.Values[0], DataType.Float16)] };
    }

    public Maps Convolve(ConvolutionLayout layout, Maps maps) =>
        maps.Through(layout, new Convolution(graph, checkpoint, layout, half: true).Emit(maps.Values[0]));

    public Maps ConvolveAndFire(UnitLayout unit, Maps maps) => Rectify(unit.Neuron, Convolve(unit.Convolution, maps));

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut)
    {
        using IDisposable scope = graph.Module(block.Name);
        return branch with { Values = [graph.Op("Add", [branch.Values[0], shortcut.Values[0]])] };
    }

    public Maps JoinAndFire(BlockLayout block, Maps sums, Maps shortcut) => Rectify(block.Branch[^1].Neuron, Join(block, sums, shortcut));

    public Maps Pool(PoolLayout pool, Maps maps)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return maps.Through(pool, MaxPool.Emit(graph, pool, maps.Values[0]));
    }

    public Value[] ToDecoder(Maps maps)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return [graph.Cast(maps.Values[0], DataType.Float)];
    }

    private Maps Rectify(string path, Maps maps)
    {
        using IDisposable scope = graph.Module(path);
        return maps with { Values = [graph.Op("Relu", [maps.Values[0]])] };
    }
}
