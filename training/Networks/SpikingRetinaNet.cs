using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// Spiking RetinaNet: spiking backbone, a decoder behind each of the stages 2, 3 and 4, feature pyramid and heads.
/// </summary>
internal sealed class SpikingRetinaNet
{
    private readonly NetworkInput _input;
    private readonly Backbone _body;
    private readonly SpikeDecoder[] _decoders;
    private readonly FeaturePyramid _pyramid;
    private readonly DetectionHead _classification;
    private readonly DetectionHead _regression;

    public SpikingRetinaNet(Weights weights, NeuronTraining training)
    {
        NetworkLayout network = weights.Network;
        DetectorLayout detector = network.Detector!;
        Weights = weights;
        _input = NetworkInput.Of(weights);
        _body = new Backbone(weights, training);
        _decoders = [.. network.Decoders.Select(decoder => new SpikeDecoder(weights, decoder))];
        _pyramid = new FeaturePyramid(weights, detector, network.Spec.Detector!.P6Source);
        _classification = new DetectionHead(weights, detector.Classification);
        _regression = new DetectionHead(weights, detector.Regression);
    }

    public Weights Weights { get; }

    /// <summary>
    /// Class logits [N, anchors, classes] and box deltas [N, anchors, 4] of uint8 pixels [N, H, W, 3]; anchors of the
    /// levels P3…P7 in order.
    /// </summary>
    public (Tensor ClassLogits, Tensor BoxDeltas) Forward(Tensor pixels, ForwardPass pass)
    {
        Tensor[] stages = _body.Forward(_input.Forward(pixels), pass);
        Tensor[] decoded = [.. _decoders.Zip(stages[^_decoders.Length..], (decoder, spikes) => decoder.Forward(spikes))];
        Tensor[] levels = _pyramid.Forward(decoded, pass);
        return (_classification.Forward(levels, pass), _regression.Forward(levels, pass));
    }
}
