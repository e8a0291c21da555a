using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, spikes and currents bytes: [T·N, C, h, w], the steps in the batch, a QLinearConv for each convolution. The
/// membrane is a byte of the current's scale where that flips hardly any spike more than a float, which it is elsewhere.
/// Spikes are booleans, SEW ADD's counts bytes.
/// </summary>
internal sealed class EightBitForm(
    GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, LayerScales scales) : IBackboneForm
{
    private readonly BackboneSpec _backbone = checkpoint.Spec.Backbone;
    private readonly SpikeLayers _spikes = new(graph, checkpoint, rates, channelsLast: false);

    public Maps FireStem(Maps currents) => _spikes.FireStem(currents);

    /// <summary>Currents that no neuron reads at once: float of all steps.</summary>
    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        ByteScale? scale = scales.Range(layout.Name);
        Value currents = EmitConvolution(layout, spikes, scale);
        using IDisposable scope = graph.Module(layout.Name);
        return spikes.Through(layout, graph.ToFloat(currents, scale));
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes)
    {
        CurrentScale current = scales.Current(unit);
        Value emitted = EmitConvolution(unit.Convolution, spikes, current.Scale);
        Maps currents = spikes.Through(unit.Convolution, emitted);
        if (current is { Scale: { } scale, Narrow: true })
        {
            Value[] steps;
            using (graph.Module(unit.Neuron))
                steps = _spikes.Unfold(emitted);
            Value[] fired = new ByteNeuronLayer(graph, _backbone.Neuron, unit.Neuron, scale).Emit(steps);
            return currents with { Values = [_spikes.Fold(unit.Neuron, fired)] };
        }

        using (graph.Module(unit.Neuron))
            currents = currents with { Values = [graph.ToFloat(emitted, current.Scale)] };
        return _spikes.Fire(unit.Neuron, currents);
    }

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) => _spikes.Join(block, branch, shortcut);

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) =>
        _spikes.Fire(block.Branch[^1].Neuron, _spikes.Join(block, currents, shortcut));

    public Maps Pool(PoolLayout pool, Maps spikes) => _spikes.Pool(pool, spikes);

    public Value[] ToDecoder(Maps spikes) => _spikes.ToDecoder(spikes.Values[0]);

    private Value EmitConvolution(ConvolutionLayout layout, Maps spikes, ByteScale? output)
    {
        using IDisposable scope = graph.Module(layout.Name);
        return new MixedConvolution(graph, checkpoint, layout).Emit(_spikes.ToBytes(spikes.Values[0]), ByteScale.Whole, output);
    }
}
