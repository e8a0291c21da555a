using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>A layer of neurons: spiking, or ReLU in an ANN.</summary>
internal sealed class NeuronLayer
{
    private readonly string _name;
    private readonly NeuronDynamics? _dynamics;
    private readonly Tensor? _learnedWeight;

    public NeuronLayer(Weights weights, string name, NeuronTraining training)
    {
        BackboneSpec backbone = weights.Network.Spec.Backbone;
        _name = name;
        if (backbone.Block == BlockKind.Ann)
            return;
        _dynamics = NeuronDynamics.Of(backbone.Neuron, backbone.TimeSteps, training);
        if (backbone.Neuron.Kind == NeuronKind.ParametricLeaky)
            _learnedWeight = weights[$"{name}.w"];
    }

    /// <summary>Spikes [T·N, C, H, W] of a current of that shape; where it is constant, of [N, C, H, W].</summary>
    public Tensor Forward(Tensor current, ForwardPass pass, bool constantCurrent = false)
    {
        if (_dynamics is null)
            return relu(current);
        Tensor spikes = NeuronFunction.Apply(_dynamics, ChannelsLast.Of(current), Gain(), null, null, constantCurrent, pass.NeuronClock);
        pass.OnSpikes?.Invoke(_name, spikes);
        return spikes;
    }

    /// <summary>Spikes joined with a shortcut, in one pass over memory where nobody watches the spikes alone.</summary>
    public Tensor Forward(Tensor current, Tensor shortcut, Join join, ForwardPass pass)
    {
        if (pass.OnSpikes is not null)
        {
            Tensor spikes = Forward(current, pass);
            return join.Apply(spikes, shortcut);
        }

        return NeuronFunction.Apply(_dynamics!, ChannelsLast.Of(current), Gain(), ChannelsLast.Of(shortcut), join, false, pass.NeuronClock);
    }

    /// <summary>k of PLIF's charge.</summary>
    private Tensor? Gain() => _learnedWeight?.sigmoid();
}
