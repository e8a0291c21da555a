using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SpikingDetector.Training.Parity;

/// <summary>What a graph gives beside what one network gives in TorchSharp, summed up over inputs.</summary>
/// <param name="against">What the network is, in words.</param>
/// <param name="spec">The graph's.</param>
/// <param name="weights">The network's; disposed of with this.</param>
/// <param name="limits">Of the differences.</param>
internal sealed class Comparison(string against, ModelSpec spec, Weights weights, ParityLimits limits) : IDisposable
{
    /// <summary>Boxes of one object overlap more than this.</summary>
    private const float SameObject = 0.5f;

    private readonly Dictionary<string, (long Differing, long All)> _spikes = [];
    private readonly Dictionary<string, Differences> _outputs = [];
    private int _detections;
    private int _unmatched;

    /// <summary>Compares on one input: pixels, uint8 [1, H, W, 3], or counts, float [1, T, 2, H, W].</summary>
    public void Add(Tensor input, OnnxActivity onnx)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rates = new List<float>();
        var pass = new ForwardPass
        {
            OnSpikes = (layer, spikes) =>
            {
                rates.Add(spikes.mean().item<float>());
                CompareSpikes(layer, BehindPool(layer, spikes), onnx.Spikes[layer]);
            },
        };
        if (spec.Task == ModelTask.Classification)
        {
            Tensor logits = new SpikingClassifier(weights, new()).Forward(input, pass);
            Compare("logits", Elements(logits), onnx);
            Compare("probabilities", Elements(logits.softmax(1)), onnx);
        }
        else
        {
            (Tensor logits, Tensor deltas) = new SpikingRetinaNet(weights, new()).Forward(input, pass);
            Compare("cls_logits", Elements(logits), onnx);
            Compare("bbox_regression", Elements(deltas), onnx);
            CompareDetections(new DetectionPostprocessor(spec).Detect(logits, deltas)[0], Detections(onnx));
        }

        Compare("firing_rates", [.. rates], onnx);
    }

    public ComparisonReport Report() => new()
    {
        Against = against,
        Limits = limits,
        Layers = [.. _spikes.Select(pair => (pair.Key, (double)pair.Value.Differing / pair.Value.All))],
        Outputs = [.. _outputs.Select(pair => new OutputDifference(pair.Key, pair.Value.Largest, pair.Value.Mean, Limit(pair.Key)))],
        Unmatched = spec.Task != ModelTask.Detection ? null : _detections == 0 ? 0 : (double)_unmatched / _detections,
    };

    public void Dispose() => weights.Dispose();

    /// <summary>Limits are on what a user sees; logits and box positions are told without one.</summary>
    private double? Limit(string output) => output switch
    {
        "probabilities" or "scores" => limits.Output,
        "firing_rates" => limits.Spikes,
        _ => null,
    };

    private Tensor BehindPool(string layer, Tensor spikes) => weights.Network.StemPool is { } pool && layer == weights.Network.StemNeuron
        ? max_pool2d(spikes, pool.Kernel, pool.Stride, pool.Padding)
        : spikes;

    private void CompareSpikes(string layer, Tensor spikes, float[] onnx)
    {
        float[] mine = Elements(spikes);
        CheckLength(layer, mine, onnx);
        long differing = 0;
        for (int i = 0; i < mine.Length; i++)
            differing += mine[i] == onnx[i] ? 0 : 1;
        (long before, long all) = _spikes.GetValueOrDefault(layer);
        _spikes[layer] = (before + differing, all + mine.Length);
    }

    private void Compare(string output, float[] mine, OnnxActivity onnx)
    {
        if (mine.Length == 0 || !onnx.Outputs.TryGetValue(output, out float[]? other))
            return;
        CheckLength(output, mine, other);
        for (int i = 0; i < mine.Length; i++)
            Note(output, mine[i] - other[i]);
    }

    private static void CheckLength(string name, float[] mine, float[] onnx)
    {
        if (mine.Length != onnx.Length)
            throw new InvalidOperationException($"{name} has {onnx.Length} numbers in the graph, expected {mine.Length}.");
    }

    private static List<Core.Detection.Detection> Detections(OnnxActivity onnx)
    {
        float[] boxes = onnx.Outputs["boxes"];
        float[] scores = onnx.Outputs["scores"];
        return
        [
            .. Enumerable.Range(0, scores.Length).Where(i => onnx.Labels[i] >= 0).Select(i => new Core.Detection.Detection(
                new Box(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]), (int)onnx.Labels[i], scores[i])),
        ];
    }

    private void CompareDetections(IReadOnlyList<Core.Detection.Detection> ours, List<Core.Detection.Detection> theirs)
    {
        _detections += Math.Max(ours.Count, theirs.Count);
        foreach (Core.Detection.Detection mine in ours)
        {
            Core.Detection.Detection[] matches =
            [
                .. theirs.Where(other => other.CategoryIndex == mine.CategoryIndex && Overlap(other) > SameObject).OrderByDescending(Overlap),
            ];
            if (matches.Length == 0)
            {
                _unmatched++;
                continue;
            }

            Core.Detection.Detection match = matches[0];
            Note("scores", match.Score - mine.Score);
            Note("boxes", match.Box.X1 - mine.Box.X1);
            Note("boxes", match.Box.Y1 - mine.Box.Y1);
            Note("boxes", match.Box.X2 - mine.Box.X2);
            Note("boxes", match.Box.Y2 - mine.Box.Y2);
            theirs.Remove(match);

            float Overlap(Core.Detection.Detection other) => other.Box.IntersectionOverUnion(mine.Box);
        }

        _unmatched += theirs.Count;
    }

    private void Note(string output, double difference)
    {
        if (!_outputs.TryGetValue(output, out Differences? differences))
            _outputs.Add(output, differences = new Differences());
        differences.Add(Math.Abs(difference));
    }

    private static float[] Elements(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private sealed class Differences
    {
        private double _sum;
        private long _count;

        public double Largest { get; private set; }

        public double Mean => _sum / _count;

        public void Add(double difference)
        {
            // NaN is larger than all.
            Largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(Largest, difference);
            _sum += difference;
            _count++;
        }
    }
}
