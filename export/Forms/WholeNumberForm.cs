using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, spikes bytes, currents whole: [N, h, w, C], channels last, so that a convolution
/// is one product of gathered patches and a matrix (MatMulInteger), whose int32 sums are exact. Times the channel's scale,
/// plus the bias, they are the float currents of ordinary neurons. Spikes are booleans, SEW ADD's counts bytes.
/// </summary>
internal sealed class WholeNumberForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, TimeFolding time, GraphPasses passes) : IBackboneForm
{
    private readonly SpikeLayers _spikes = new(graph, checkpoint, rates, time, passes, channelsLast: true);

    public Maps FireStem(Maps currents)
    {
        Maps spikes = _spikes.FireStem(currents);
        using IDisposable scope = graph.Module(checkpoint.Network.StemNeuron);
        return Transpose(spikes, 0, 2, 3, 1);
    }

    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        using IDisposable scope = graph.Module(layout.Name);
        var convolution = new PatchConvolution(graph, checkpoint, layout);
        return spikes.Through(
            layout, graph.PerStep(_spikes.ToNumbers(spikes).Values, step => convolution.Emit(step, spikes.Height, spikes.Width)));
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes) => _spikes.Fire(unit.Neuron, Convolve(unit.Convolution, spikes));

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) => _spikes.Join(block, branch, shortcut);

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) =>
        _spikes.Fire(block.Branch[^1].Neuron, _spikes.Join(block, currents, shortcut));

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        return Transpose(_spikes.Pool(pool, Transpose(spikes, 0, 3, 1, 2)), 0, 2, 3, 1);
    }

    public Value[] ToDecoder(Maps spikes)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return _spikes.ToDecoder(Transpose(spikes, 0, 3, 1, 2));
    }

    private Maps Transpose(Maps maps, params long[] order) =>
        maps with { Values = graph.PerStep(maps.Values, step => graph.Transpose(step, order)) };
}
