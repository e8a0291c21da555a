using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>Stem and residual blocks: pictures to the outputs of the four stages.</summary>
internal sealed class ResNet
{
    private readonly BackboneSpec _spec;
    private readonly Convolution _stem;
    private readonly NeuronLayer _stemNeuron;
    private readonly (int Stage, ResidualBlock Block)[] _blocks;

    public ResNet(Weights weights, NeuronTraining training)
    {
        NetworkLayout network = weights.Network;
        _spec = network.Spec.Backbone;
        _stem = new Convolution(weights, network.Stem);
        _stemNeuron = new NeuronLayer(weights, network.StemNeuron, training);
        _blocks = [.. network.Blocks.Select(block => (block.Stage, new ResidualBlock(weights, block, training)))];
    }

    /// <summary>
    /// Normalised pictures [N, 3, H, W] to the four stages' outputs, each [T·N, C, h, w] with time outermost. A picture is
    /// the same at every step, so the stem's convolution runs once and its result is the current of all T steps.
    /// </summary>
    public Tensor[] Forward(Tensor pictures, ForwardPass pass)
    {
        Tensor x = _stemNeuron.Forward(_stem.Forward(pictures, pass), pass, constantCurrent: true);
        if (_spec.Stem == StemKind.ImageNet)
            x = max_pool2d(x, 3, 2, 1);
        var stages = new Tensor[4];
        foreach ((int stage, ResidualBlock block) in _blocks)
        {
            x = block.Forward(x, pass);
            stages[stage - 1] = x;
        }

        return stages;
    }
}
