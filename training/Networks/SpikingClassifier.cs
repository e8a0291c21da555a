using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Networks;

/// <summary>Backbone, decoder, global average pool and a fully connected layer.</summary>
internal sealed class SpikingClassifier(Weights weights, NeuronTraining training)
{
    private readonly PixelNormalisation _normalisation = new(weights.Network.Spec.Input, weights.Device);
    private readonly ResNet _body = new(weights, training);
    private readonly SpikeDecoder _decoder = new(weights, weights.Network.Decoders[0]);

    public Weights Weights { get; } = weights;

    /// <summary>Logits [N, classes] of uint8 pixels [N, H, W, 3].</summary>
    public Tensor Forward(Tensor pixels, ForwardPass pass)
    {
        Tensor[] stages = _body.Forward(_normalisation.Forward(pixels), pass);
        Tensor features = _decoder.Forward(stages[3]).mean([2, 3]);
        return linear(features, Weights["fc.weight"], Weights["fc.bias"]);
    }
}
