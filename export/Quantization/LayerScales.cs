using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Quantization;

/// <summary>
/// The scales of 8-bit layers, chosen by samples when they are asked for. A layer is left in float32 where rounding its
/// output flips more than one spike in a hundred, or where the errors are more than a tenth of a usual number. Layers whose
/// numbers spread as usual are far from both: one spike in four hundred, 30 decibels and more.
/// </summary>
internal sealed class LayerScales(Checkpoint checkpoint, CalibrationSamples samples)
{
    private const double MostFlipped = 0.01;
    private const double LeastSignalToNoise = 20;

    private readonly List<QuantizedLayer> _layers = [];

    /// <summary>What was chosen, in the order of the network.</summary>
    public IReadOnlyList<QuantizedLayer> Layers => _layers;

    /// <summary>That of a layer's currents, by the spikes that they make.</summary>
    public CurrentScale Current(UnitLayout unit)
    {
        NeuronSpec neuron = checkpoint.Spec.Backbone.Neuron;
        float? leak = neuron.Kind == NeuronKind.ParametricLeaky ? NeuronLayer.LeakFactor(checkpoint.Read($"{unit.Neuron}.w")[0]) : null;
        var current = CurrentScale.For(samples.Of(unit.Convolution.Name), neuron, leak);
        if (current.Flipped > MostFlipped)
            current = current with { Scale = null, Narrow = false };
        _layers.Add(new QuantizedLayer(unit.Convolution.Name, current.Scale)
        {
            Membrane = current.Narrow ? "uint8" : "float32",
            Flipped = current.Flipped,
        });
        return current;
    }

    /// <summary>That of numbers, by their mean squared error; null where they stay float32.</summary>
    /// <param name="key">Of the samples.</param>
    /// <param name="signed">Whether negative numbers count.</param>
    public ByteScale? Range(string key, bool signed = true)
    {
        float[] numbers = [.. samples.Of(key).SelectMany(step => step)];
        var scale = ByteScale.For(numbers, signed);
        double signalToNoise = scale.SignalToNoise(numbers, signed);
        ByteScale? chosen = signalToNoise < LeastSignalToNoise ? null : scale;
        _layers.Add(new QuantizedLayer(key, chosen) { SignalToNoise = signalToNoise });
        return chosen;
    }
}
