namespace SpikingDetector.Training.Parity;

/// <summary>Shares of a neuron layer's spikes that differ between a graph and a network.</summary>
/// <param name="Name">Module path.</param>
/// <param name="Together">With all that the layers before it do differently.</param>
/// <param name="Alone">Where it reads the graph's spikes: what it does differently itself.</param>
internal sealed record LayerDifference(string Name, double Together, double Alone);
