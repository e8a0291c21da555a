using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>Backbone, decoder, global average pool and a fully connected layer.</summary>
internal sealed class SpikingClassifier(Weights weights, NeuronTraining training)
{
    private readonly NetworkInput _input = NetworkInput.Of(weights);
    private readonly Backbone _body = new(weights, training);
    private readonly SpikeDecoder _decoder = new(weights, weights.Network.Decoders[0]);

    public Weights Weights { get; } = weights;

    /// <summary>Logits [N, classes] of uint8 pixels [N, H, W, 3] or, in an event network, float counts [N, T, 2, H, W].</summary>
    public Tensor Forward(Tensor input, ForwardPass pass)
    {
        Tensor[] stages = _body.Forward(_input.Forward(input), pass);
        Tensor features = _decoder.Forward(stages[^1]).mean([2, 3]);
        return linear(features, Weights["fc.weight"], Weights["fc.bias"]);
    }
}
