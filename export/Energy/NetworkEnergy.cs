using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Energy;

/// <summary>
/// Operations and energy of a network for one input, layer by layer, beside those of the ordinary network: the same layers
/// without the decoder, one step, all on real numbers.
/// </summary>
internal sealed class NetworkEnergy
{
    private NetworkEnergy(IReadOnlyList<LayerEnergy> layers) => Layers = layers;

    /// <summary>The layers with multiply-adds in the order of execution.</summary>
    public IReadOnlyList<LayerEnergy> Layers { get; }

    /// <summary>The sum without the shortcuts' 1×1 convolutions, as the paper counts.</summary>
    public OperationCount WithoutShortcuts => Sum(layer => layer.Cost.Part != NetworkPart.Shortcuts);

    /// <summary>The sum of all layers.</summary>
    public OperationCount WithShortcuts => Sum(_ => true);

    /// <summary>The parts that have layers.</summary>
    public IReadOnlyList<NetworkPart> Parts => [.. Layers.Select(layer => layer.Cost.Part).Distinct().Order()];

    /// <summary>Sums up a part.</summary>
    public OperationCount Of(NetworkPart part) => Sum(layer => layer.Cost.Part == part);

    /// <summary>
    /// The layers that see spikes, or an event camera's counts: those of the residual blocks, their shortcuts, and the stem of
    /// an event network. None in an ordinary network.
    /// </summary>
    public static IReadOnlyList<string> SpikingLayers(NetworkLayout network) => network.Spec.Backbone.Block == BlockKind.Ann
        ? []
        :
        [
            .. NetworkCost.Of(network).Layers
                .Where(layer => layer.Macs > 0)
                .Where(layer => layer.Part is NetworkPart.Blocks or NetworkPart.Shortcuts
                    || (layer.Part == NetworkPart.Stem && !network.HasConstantInput))
                .Select(layer => layer.Name),
        ];

    /// <summary>Counts a network's operations.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputRates">The rate of each of <see cref="SpikingLayers"/>.</param>
    public static NetworkEnergy Of(NetworkLayout network, IReadOnlyDictionary<string, double> inputRates)
    {
        bool spiking = network.Spec.Backbone.Block != BlockKind.Ann;
        HashSet<string> seeSpikes = [.. SpikingLayers(network)];
        return new NetworkEnergy([.. NetworkCost.Of(network).Layers.Where(layer => layer.Macs > 0).Select(CountLayer)]);

        LayerEnergy CountLayer(LayerCost layer)
        {
            double operations = (double)layer.Macs * layer.Runs;
            double annMacs = spiking && layer.Part == NetworkPart.Decoder ? 0 : layer.Macs;
            if (!seeSpikes.Contains(layer.Name))
                return new LayerEnergy(layer, null, new OperationCount(operations, 0, annMacs));
            double rate = inputRates[layer.Name];
            return new LayerEnergy(layer, rate, new OperationCount(0, rate * operations, annMacs));
        }
    }

    private OperationCount Sum(Func<LayerEnergy, bool> which) =>
        Layers.Where(which).Aggregate(default(OperationCount), (sum, layer) => sum + layer.Count);
}
