using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>Stem and stages of residual blocks.</summary>
internal sealed class Backbone
{
    private readonly bool _constantInput;
    private readonly Convolution _stem;
    private readonly NeuronLayer _stemNeuron;
    private readonly string _stemName;
    private readonly PoolLayout? _stemPool;
    private readonly Stage[] _stages;

    public Backbone(Weights weights, NeuronTraining training)
    {
        NetworkLayout network = weights.Network;
        _constantInput = network.HasConstantInput;
        _stem = new Convolution(weights, network.Stem);
        _stemName = network.StemNeuron;
        _stemNeuron = new NeuronLayer(weights, network.StemNeuron, training);
        _stemPool = network.StemPool;
        _stages = [.. network.Stages.Select(stage => new Stage(weights, stage, training))];
    }

    /// <summary>
    /// Normalised pictures [N, 3, H, W] or event counts [T·N, 2, H, W] to the stages' outputs, each [T·N, C, h, w] with
    /// time outermost. A picture is the same at every step, so the stem's convolution runs once and its result is the
    /// current of all T steps.
    /// </summary>
    public Tensor[] Forward(Tensor input, ForwardPass pass)
    {
        Tensor x = Pool(_stemPool, _stemNeuron.Forward(_stem, input, pass with { GoesOnWith = null }, _constantInput));
        x = pass.GoesOnWith?.Invoke(_stemName, x) ?? x;
        var outputs = new Tensor[_stages.Length];
        for (int stage = 0; stage < outputs.Length; stage++)
        {
            if (pass.OnStageGradient is { } reached)
            {
                int index = stage;
                x = GradientTap.Apply(x, () => reached(index));
            }

            x = _stages[stage].Forward(x, pass);
            outputs[stage] = x;
        }

        return outputs;
    }

    private static Tensor Pool(PoolLayout? pool, Tensor x) =>
        pool is null ? x : max_pool2d(x, pool.Kernel, pool.Stride, pool.Padding);

    private sealed class Stage(Weights weights, StageLayout layout, NeuronTraining training)
    {
        private readonly Convolution? _entry = layout.Entry is { } entry ? new Convolution(weights, entry.Convolution) : null;
        private readonly NeuronLayer? _entryNeuron = layout.Entry is { } entry ? new NeuronLayer(weights, entry.Neuron, training) : null;
        private readonly ResidualBlock[] _blocks = [.. layout.Blocks.Select(block => new ResidualBlock(weights, block, training))];

        public Tensor Forward(Tensor x, ForwardPass pass)
        {
            if (_entry is not null)
                x = _entryNeuron!.Forward(_entry, x, pass);
            foreach (ResidualBlock block in _blocks)
                x = block.Forward(x, pass);
            return Pool(layout.Pool, x);
        }
    }
}
