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
        return pass.GoesOnWith?.Invoke(_name, spikes) ?? spikes;
    }

    /// <summary>Spikes joined with a shortcut, in one pass over memory. Who watches sees the spikes alone.</summary>
    public Tensor Forward(Tensor current, Tensor shortcut, Join join, ForwardPass pass)
    {
        if (pass.GoesOnWith is not null)
            return join.Apply(Forward(current, pass), shortcut);
        if (pass.OnSpikes is not null)
        {
            using var noGrad = no_grad();
            _ = Forward(current, pass);
        }

        return NeuronFunction.Apply(_dynamics!, ChannelsLast.Of(current), Gain(), ChannelsLast.Of(shortcut), join, false, pass.NeuronClock);
    }

    /// <summary>
    /// Spikes of what a convolution makes of <paramref name="x"/>, joined with a shortcut where there is one: in training
    /// on the processor, by the statistics of this process, from products to joined spikes in one function, elsewhere part by part.
    /// </summary>
    public Tensor Forward(
        Convolution convolution, Tensor x, ForwardPass pass, bool constantCurrent = false, Tensor? shortcut = null, Join? join = null)
    {
        bool ownStatistics = pass is { BatchStatistics: true, StatisticsOver: null };
        if (_dynamics is null || convolution.Norm is not { } norm || !ownStatistics || !NormedNeuronFunction.Takes(_dynamics, x))
        {
            Tensor current = convolution.Forward(x, pass);
            return join is null ? Forward(current, pass, constantCurrent) : Forward(current, shortcut!, join, pass);
        }

        Tensor products = ChannelsLast.Of(convolution.Products(x, pass));
        Tensor? gain = Gain();
        ScalarType spikeType = pass.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var arguments = new NormedNeuronFunction.Arguments(_dynamics, join, constantCurrent, gain is not null, spikeType)
        {
            RunningMean = pass.UpdatesRunningStatistics ? norm.RunningMean : null,
            RunningVariance = pass.UpdatesRunningStatistics ? norm.RunningVariance : null,
            Momentum = BatchNorm.Momentum,
            Epsilon = BatchNorm.Epsilon,
            Clock = pass.NeuronClock,
        };
        if (pass.OnSpikes is not null)
        {
            using var noGrad = no_grad();
            var alone = arguments with { Join = null, SpikeType = ScalarType.Float32, RunningMean = null, RunningVariance = null };
            pass.OnSpikes(_name, NormedNeuronFunction.Apply(alone, products, norm.Weight, norm.Bias, gain, null));
        }

        return NormedNeuronFunction.Apply(
            arguments, products, norm.Weight, norm.Bias, gain, shortcut is null ? null : ChannelsLast.Of(shortcut).to(spikeType));
    }

    /// <summary>k of PLIF's charge.</summary>
    private Tensor? Gain() => _learnedWeight?.sigmoid();
}
