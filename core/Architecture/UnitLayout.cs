namespace SpikingDetector.Core.Architecture;

/// <summary>
/// A convolution, its batch normalisation and the neuron behind them. <paramref name="Neuron"/> is the neuron's module
/// path; the last one of a Spiking or ANN block acts after the addition.
/// </summary>
public sealed record UnitLayout(ConvolutionLayout Convolution, string Neuron);
