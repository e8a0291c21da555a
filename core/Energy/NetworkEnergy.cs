using SpikingDetector.Core.Architecture;

namespace SpikingDetector.Core.Energy;

/// <summary>
/// Operations and energy of a network for one input, layer by layer, beside those of the ordinary network: the same layers
/// without the decoder, one step, all on real numbers.
/// </summary>
/// <param name="layers">The layers with multiply-adds in the order of execution.</param>
public sealed class NetworkEnergy(IReadOnlyList<LayerEnergy> layers)
{
    /// <summary>The layers with multiply-adds in the order of execution.</summary>
    public IReadOnlyList<LayerEnergy> Layers { get; } = layers;

    /// <summary>The sum without the shortcuts' 1×1 convolutions, as the paper counts.</summary>
    public OperationCount WithoutShortcuts => Sum(layer => layer.Cost.Part != NetworkPart.Shortcuts);

    /// <summary>The sum of all layers.</summary>
    public OperationCount WithShortcuts => Sum(_ => true);

    /// <summary>The parts that have layers.</summary>
    public IReadOnlyList<NetworkPart> Parts => [.. Layers.Select(layer => layer.Cost.Part).Distinct().Order()];

    /// <summary>Sums up a part.</summary>
    public OperationCount Of(NetworkPart part) => Sum(layer => layer.Cost.Part == part);

    private OperationCount Sum(Func<LayerEnergy, bool> which) =>
        Layers.Where(which).Aggregate(default(OperationCount), (sum, layer) => sum + layer.Count);
}
