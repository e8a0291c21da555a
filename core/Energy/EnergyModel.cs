using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Energy;

/// <summary>
/// What a network's layers take, so that measured rates become energy (Zhang et al. 2023, Eqs. 18 and 19). May be used from
/// many threads at once.
/// </summary>
public sealed class EnergyModel
{
    private readonly LayerCost[] _layers;
    private readonly bool _spiking;
    private readonly Dictionary<string, int> _rateOf;

    public EnergyModel(NetworkLayout network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _layers = [.. NetworkCost.Of(network).Layers.Where(layer => layer.Macs > 0)];
        _spiking = network.Spec.Backbone.Block != BlockKind.Ann;
        SpikingLayers = [.. _layers.Where(layer => SeesSpikes(network, layer)).Select(layer => layer.Name)];
        _rateOf = SpikingLayers.Index().ToDictionary(layer => layer.Item, layer => layer.Index);
    }

    /// <summary>
    /// The layers that see spikes, or an event camera's counts, in the order of execution: those of the residual blocks, their
    /// shortcuts, and the stem of an event network. None in an ordinary network.
    /// </summary>
    public IReadOnlyList<string> SpikingLayers { get; }

    /// <summary>Counts the operations of one input.</summary>
    /// <param name="inputRates">The mean of what enters each of <see cref="SpikingLayers"/>, by element and step.</param>
    public NetworkEnergy Estimate(IReadOnlyList<double> inputRates)
    {
        ArgumentNullException.ThrowIfNull(inputRates);
        if (inputRates.Count != SpikingLayers.Count)
            throw new ArgumentException($"Expected a rate for each of {SpikingLayers.Count} layers, found {inputRates.Count}.", nameof(inputRates));
        return new NetworkEnergy([.. _layers.Select(layer => Count(layer, inputRates))]);
    }

    private static bool SeesSpikes(NetworkLayout network, LayerCost layer) => network.Spec.Backbone.Block != BlockKind.Ann
        && (layer.Part is NetworkPart.Blocks or NetworkPart.Shortcuts || (layer.Part == NetworkPart.Stem && !network.HasConstantInput));

    private LayerEnergy Count(LayerCost layer, IReadOnlyList<double> inputRates)
    {
        double operations = (double)layer.Macs * layer.Runs;
        double annMacs = _spiking && layer.Part == NetworkPart.Decoder ? 0 : layer.Macs;
        if (!_rateOf.TryGetValue(layer.Name, out int index))
            return new LayerEnergy(layer, null, new OperationCount(operations, 0, annMacs));
        double rate = inputRates[index];
        return new LayerEnergy(layer, rate, new OperationCount(0, rate * operations, annMacs));
    }
}
