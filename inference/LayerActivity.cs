namespace SpikingDetector.Inference;

/// <summary>How often a layer's neurons fired.</summary>
/// <param name="Name">Module path, such as <c>layer1.0.sn1</c>.</param>
/// <param name="FiringRate">Mean spikes per neuron and time step, 0…1.</param>
public readonly record struct LayerActivity(string Name, float FiringRate);
