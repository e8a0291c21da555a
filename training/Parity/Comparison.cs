using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Parity;

/// <summary>
/// A graph beside one network in TorchSharp. Each input runs through the network twice: by itself, and so that every layer
/// reads the graph's own spikes. A spike that one rounding flips changes many in the layers behind it, so that only the second
/// tells what a layer itself does.
/// </summary>
/// <param name="against">What the network is, in words.</param>
/// <param name="spec">The graph's.</param>
/// <param name="weights">The network's; disposed of with this.</param>
/// <param name="limits">Of the differences.</param>
internal sealed class Comparison(string against, ModelSpec spec, Weights weights, ParityLimits limits) : IDisposable
{
    private readonly Tally _together = new(spec, limits.Output);
    private readonly Tally _alone = new(spec, limits.Output);

    /// <summary>Compares on one input: pixels, uint8 [1, H, W, 3], or counts, float [1, T, 2, H, W].</summary>
    public void Add(Tensor input, OnnxActivity onnx)
    {
        Run(input, onnx, _together, null);
        bool spiking = onnx.Spikes.Count > 0;
        Run(input, onnx, _alone, spiking ? (layer, spikes) => tensor(onnx.Spikes[layer], spikes.shape) : null);
    }

    public ComparisonReport Report()
    {
        IReadOnlyDictionary<string, double> spikes = _alone.Spikes;
        IReadOnlyDictionary<string, (double Largest, double Mean)> outputs = _alone.Outputs;
        return new ComparisonReport
        {
            Against = against,
            Limits = limits,
            Layers = [.. _together.Spikes.Select(layer => new LayerDifference(layer.Key, layer.Value, spikes[layer.Key]))],
            Outputs = [.. _together.Outputs.Select(output => new OutputDifference(
                output.Key,
                output.Value.Largest,
                output.Value.Mean,
                outputs.GetValueOrDefault(output.Key).Largest,
                LimitAlone(output.Key),
                IsScore(output.Key) ? limits.Mean : null))],
            Unmatched = spec.Task == ModelTask.Detection ? _together.Unmatched : null,
        };
    }

    public void Dispose() => weights.Dispose();

    private void Run(Tensor input, OnnxActivity onnx, Tally tally, Func<string, Tensor, Tensor>? goesOnWith)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rates = new List<float>();
        var pass = new ForwardPass
        {
            OnSpikes = (layer, spikes) =>
            {
                rates.Add(spikes.mean().item<float>());
                tally.CompareSpikes(layer, BehindPool(layer, spikes), onnx.Spikes[layer]);
            },
            GoesOnWith = goesOnWith,
        };
        if (spec.Task == ModelTask.Classification)
        {
            Tensor logits = new SpikingClassifier(weights, new()).Forward(input, pass);
            tally.Compare("logits", logits, onnx);
            tally.Compare("probabilities", logits.softmax(1), onnx);
        }
        else
        {
            (Tensor logits, Tensor deltas) = new SpikingRetinaNet(weights, new()).Forward(input, pass);
            tally.Compare("cls_logits", logits, onnx);
            tally.Compare("bbox_regression", deltas, onnx);
            tally.CompareDetections(new DetectionPostprocessor(spec).Detect(logits, deltas)[0], onnx);
        }

        tally.Compare("firing_rates", [.. rates], onnx);
    }

    /// <summary>Limits are on what a user sees; logits and box positions are told without one.</summary>
    private double? LimitAlone(string output) => IsScore(output) ? limits.Output : output == "firing_rates" ? limits.Spikes : null;

    private static bool IsScore(string output) => output is "probabilities" or "scores";

    private Tensor BehindPool(string layer, Tensor spikes) => weights.Network.StemPool is { } pool && layer == weights.Network.StemNeuron
        ? max_pool2d(spikes, pool.Kernel, pool.Stride, pool.Padding)
        : spikes;
}
