using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// A residual block, basic or bottleneck: H = SN(BN(conv(… SN(BN(conv(X)))))) joined with the shortcut X, which is
/// convolved and, but in Spiking and ANN blocks, made spikes where the shape changes.
/// </summary>
internal sealed class ResidualBlock
{
    private readonly BackboneSpec _spec;
    private readonly (Convolution Convolution, NeuronLayer Neuron)[] _branch;
    private readonly Convolution? _shortcut;
    private readonly NeuronLayer? _shortcutNeuron;
    private readonly Join? _join;
    private readonly Surrogate _surrogate;
    private readonly Tensor? _gateWeight;
    private readonly Tensor? _gateBias;

    public ResidualBlock(Weights weights, BlockLayout layout, NeuronTraining training)
    {
        _spec = weights.Network.Spec.Backbone;
        _branch = [.. layout.Branch.Select(part =>
            (new Convolution(weights, part.Convolution), new NeuronLayer(weights, part.Neuron, training)))];
        _shortcut = layout.Shortcut is { } shortcut ? new Convolution(weights, shortcut) : null;
        _shortcutNeuron = layout.ShortcutNeuron is { } neuron ? new NeuronLayer(weights, neuron, training) : null;
        _join = Join.Of(_spec, training.GateGradient);
        _surrogate = training.Surrogate;
        if (layout.Gate is { } gate)
        {
            _gateWeight = weights[$"{gate}.weight"].reshape(1, -1, 1, 1);
            _gateBias = weights[$"{gate}.bias"].reshape(1, -1, 1, 1);
        }
    }

    /// <summary>[T·N, C, H, W] to [T·N, C', H', W'].</summary>
    public Tensor Forward(Tensor x, ForwardPass pass)
    {
        Tensor shortcut = _shortcut is null ? x
            : _shortcutNeuron is null ? _shortcut.Forward(x, pass)
            : _shortcutNeuron.Forward(_shortcut, x, pass);

        Tensor branch = x;
        foreach ((Convolution convolution, NeuronLayer neuron) in _branch[..^1])
            branch = neuron.Forward(convolution, branch, pass);
        (Convolution lastConvolution, NeuronLayer lastNeuron) = _branch[^1];
        if (_join is not null)
            return lastNeuron.Forward(lastConvolution, branch, pass, shortcut: shortcut, join: _join);
        if (_spec.Block != BlockKind.SpikeGate)
            return lastNeuron.Forward(lastConvolution.Forward(branch, pass).Plus(shortcut), pass);

        // BSG*: G = Θ(w·H + b − threshold), Y = G·H + (1 − G)·X.
        Tensor spikes = lastNeuron.Forward(lastConvolution, branch, pass);
        Tensor gate = StepFunction.Apply((spikes * _gateWeight!).Plus(_gateBias!) - Scalars.Of(_spec.GateThreshold), _surrogate);
        return (gate * spikes).Plus(Scalars.One.Minus(gate) * shortcut);
    }
}
