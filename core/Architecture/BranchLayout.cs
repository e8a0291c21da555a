namespace SpikingDetector.Core.Architecture;

/// <summary>
/// One convolution of a block's branch with the neuron behind it. <paramref name="Neuron"/> is the neuron's module
/// path; in a Spiking or ANN block the last one's neuron acts after the addition.
/// </summary>
public sealed record BranchLayout(ConvolutionLayout Convolution, string Neuron);
