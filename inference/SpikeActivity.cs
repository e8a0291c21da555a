namespace SpikingDetector.Inference;

/// <summary>What a network's neurons did with one input.</summary>
/// <param name="MeanFiringRate">Mean spikes per neuron and time step over all neurons, 0…1: a layer counts by its neurons.</param>
/// <param name="EnergyEstimateUj">
/// Microjoules of one input after Zhang et al. 2023, Eqs. 18 and 19, shortcuts included; null where the file does not tell what its
/// convolutions see.
/// </param>
/// <param name="Layers">The neuron layers in the order of execution.</param>
public sealed record SpikeActivity(float MeanFiringRate, float? EnergyEstimateUj, IReadOnlyList<LayerActivity> Layers);
