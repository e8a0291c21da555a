using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Convolutions of float16, whose currents are float32 again for the neurons, channels first. Spikes are booleans, SEW ADD's
/// counts halves, which hold whole numbers up to 2048 exactly.
/// </summary>
internal sealed class HalfForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates, TimeFolding time, GraphPasses passes) : IBackboneForm
{
    private readonly SpikeLayers _spikes = new(graph, checkpoint, rates, time, passes, channelsLast: false, DataType.Float16);

    public Maps FireStem(Maps currents) => _spikes.FireStem(currents);

    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        using IDisposable scope = graph.Module(layout.Name);
        var convolution = new Convolution(graph, checkpoint, layout, half: true);
        return spikes.Through(layout, graph.PerStep(
            _spikes.ToNumbers(spikes).Values, step => graph.Cast(convolution.EmitNode(step), DataType.Float)));
    }

    public Maps ConvolveAndFire(UnitLayout unit, Maps spikes) => _spikes.Fire(unit.Neuron, Convolve(unit.Convolution, spikes));

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut) => _spikes.Join(block, branch, shortcut);

    public Maps JoinAndFire(BlockLayout block, Maps currents, Maps shortcut) =>
        _spikes.Fire(block.Branch[^1].Neuron, _spikes.Join(block, currents, shortcut));

    public Maps Pool(PoolLayout pool, Maps spikes) => _spikes.Pool(pool, spikes);

    public Value[] ToDecoder(Maps spikes) => _spikes.ToDecoder(spikes);
}
