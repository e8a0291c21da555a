using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, spikes and currents bytes: [N, C, h, w], a QLinearConv for each convolution. The
/// membrane is a byte of the current's scale where that flips hardly any spike more than a float, which it is elsewhere.
/// Spikes are booleans, SEW ADD's counts bytes.
/// </summary>
internal sealed class EightBitForm(
    GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, TimeFolding time, GraphPasses passes, LayerScales scales) : IBackboneForm
{
    private readonly BackboneSpec _backbone = checkpoint.Spec.Backbone;
    private readonly SpikeLayers _spikes = new(graph, checkpoint, rates, time, passes, channelsLast: false);

    public Maps FireStem(Maps currents) => _spikes.FireStem(currents);

    /// <summary>Currents that no neuron reads at once, in float.</summary>
    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        ByteScale? scale = scales.Range(layout.Name);
        Maps currents = EmitConvolution(layout, spikes, scale);
        using IDisposable scope = graph.Module(layout.Name);
        return ToFloat(currents, scale);
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes)
    {
        CurrentScale current = scales.Current(unit);
        Maps currents = EmitConvolution(unit.Convolution, spikes, current.Scale);
        if (current is { Scale: { } scale, Narrow: true })
            return _spikes.FireSteps(unit.Neuron, currents, new ByteNeuronLayer(graph, _backbone.Neuron, unit.Neuron, scale).Emit);
        using (graph.Module(unit.Neuron))
            currents = ToFloat(currents, current.Scale);
        return _spikes.Fire(unit.Neuron, currents);
    }

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) => _spikes.Join(block, branch, shortcut);

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) =>
        _spikes.Fire(block.Branch[^1].Neuron, _spikes.Join(block, currents, shortcut));

    public Maps Pool(PoolLayout pool, Maps spikes) => _spikes.Pool(pool, spikes);

    public Value[] ToDecoder(Maps spikes) => _spikes.ToDecoder(spikes);

    private Maps ToFloat(Maps currents, ByteScale? scale) =>
        currents with { Values = graph.PerStep(currents.Values, step => graph.ToFloat(step, scale)) };

    private Maps EmitConvolution(ConvolutionLayout layout, Maps spikes, ByteScale? output)
    {
        using IDisposable scope = graph.Module(layout.Name);
        var convolution = new MixedConvolution(graph, checkpoint, layout);
        return spikes.Through(layout, graph.PerStep(_spikes.ToNumbers(spikes).Values, step => convolution.Emit(step, ByteScale.Whole, output)));
    }
}
