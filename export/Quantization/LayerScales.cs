using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Layers;

namespace SpikingDetector.Export.Quantization;

/// <summary>The scales of 8-bit layers, chosen by samples when they are first asked for.</summary>
internal sealed class LayerScales(Checkpoint checkpoint, CalibrationSamples samples)
{
    private readonly List<QuantizedLayer> _layers = [];

    /// <summary>What was chosen, in the order of the network.</summary>
    public IReadOnlyList<QuantizedLayer> Layers => _layers;

    /// <summary>That of a layer's currents, by the spikes that they make.</summary>
    public CurrentScale Current(UnitLayout unit)
    {
        NeuronSpec neuron = checkpoint.Spec.Backbone.Neuron;
        float? leak = neuron.Kind == NeuronKind.ParametricLeaky ? NeuronLayer.LeakFactor(checkpoint.Read($"{unit.Neuron}.w")[0]) : null;
        CurrentScale current = CurrentScale.For(samples.Of(unit.Convolution.Name), neuron, leak);
        _layers.Add(new QuantizedLayer(unit.Convolution.Name, current.Scale) { Membrane = current.Narrow ? "uint8" : "float32", Flipped = current.Flipped });
        return current;
    }

    /// <summary>That of numbers, by their mean squared error.</summary>
    /// <param name="key">Of the samples.</param>
    /// <param name="signed">Whether negative numbers count.</param>
    public ByteScale Range(string key, bool signed = true)
    {
        float[] numbers = [.. samples.Of(key).SelectMany(step => step)];
        ByteScale scale = ByteScale.For(numbers, signed);
        _layers.Add(new QuantizedLayer(key, scale) { SignalToNoise = scale.SignalToNoise(numbers, signed) });
        return scale;
    }
}
