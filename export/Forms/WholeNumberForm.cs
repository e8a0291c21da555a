using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, spikes bytes, currents whole: [T·N, h, w, C], channels last and the steps in the batch, so that a convolution
/// is one product of gathered patches and a matrix (MatMulInteger), whose int32 sums are exact. Times the channel's scale,
/// plus the bias, they are the float currents of ordinary neurons. Spikes are booleans, SEW ADD's counts bytes.
/// </summary>
internal sealed class WholeNumberForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates) : IBackboneForm
{
    private readonly SpikeLayers _spikes = new(graph, checkpoint, rates, channelsLast: true);

    public Maps FireStem(Maps currents)
    {
        Maps spikes = _spikes.FireStem(currents);
        using IDisposable scope = graph.Module(checkpoint.Network.StemNeuron);
        return spikes with { Values = [graph.Transpose(spikes.Values[0], 0, 2, 3, 1)] };
    }

    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        using IDisposable scope = graph.Module(layout.Name);
        Value bytes = _spikes.ToBytes(spikes.Values[0]);
        return spikes.Through(layout, new PatchConvolution(graph, checkpoint, layout).Emit(bytes, spikes.Height, spikes.Width));
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes) => _spikes.Fire(unit.Neuron, Convolve(unit.Convolution, spikes));

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) => _spikes.Join(block, branch, shortcut);

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) =>
        _spikes.Fire(block.Branch[^1].Neuron, _spikes.Join(block, currents, shortcut));

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        Maps channelsFirst = spikes with { Values = [graph.Transpose(spikes.Values[0], 0, 3, 1, 2)] };
        Maps pooled = _spikes.Pool(pool, channelsFirst);
        return pooled with { Values = [graph.Transpose(pooled.Values[0], 0, 2, 3, 1)] };
    }

    public Value[] ToDecoder(Maps spikes)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return _spikes.ToDecoder(graph.Transpose(spikes.Values[0], 0, 3, 1, 2));
    }
}
