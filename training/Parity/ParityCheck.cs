using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Detection;
using SpikingDetector.Training.Networks;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Parity;

/// <summary>Runs a checkpoint in TorchSharp and its graph in ONNX Runtime on the same inputs and compares.</summary>
internal sealed class ParityCheck : IDisposable
{
    private readonly ModelSpec _spec;
    private readonly Weights _weights;
    private readonly OnnxProbe _probe;
    private readonly Dictionary<string, (long Differing, long All)> _spikes = [];
    private readonly Dictionary<string, double> _differences = [];
    private int _inputs;
    private int _detections;
    private int _unmatched;

    public ParityCheck(Checkpoint checkpoint, string onnxPath)
    {
        _spec = checkpoint.Spec;
        _probe = new OnnxProbe(onnxPath, checkpoint.Network);
        _weights = Weights.Load(checkpoint, CPU);
    }

    /// <summary>Compares on one picture, uint8 [H, W, 3].</summary>
    public void Add(byte[] pixels)
    {
        using Tensor batch = tensor(pixels, [1, _spec.Input.Height, _spec.Input.Width, _spec.Input.Channels]);
        Compare(batch, _probe.Run(pixels));
    }

    /// <summary>Compares on the frames of one event recording, counts [T, 2, H, W].</summary>
    public void Add(float[] counts)
    {
        InputSpec input = _spec.Input;
        using Tensor batch = tensor(counts, [1, _spec.Backbone.TimeSteps, input.Channels, input.Height, input.Width]);
        Compare(batch, _probe.Run(counts));
    }

    public ParityReport Report()
    {
        var outputs = _differences.Select(pair => (pair.Key, pair.Value, Limit(pair.Key))).ToList();
        if (_spec.Task == ModelTask.Detection)
            outputs.Add(("unmatched detections", _detections == 0 ? 0 : (double)_unmatched / _detections, ParityReport.UnmatchedLimit));
        return new ParityReport
        {
            Inputs = _inputs,
            Layers = [.. _spikes.Select(pair => (pair.Key, (double)pair.Value.Differing / pair.Value.All))],
            Outputs = outputs,
        };
    }

    public void Dispose()
    {
        _probe.Dispose();
        _weights.Dispose();
    }

    private void Compare(Tensor batch, OnnxActivity onnx)
    {
        _inputs++;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pass = new ForwardPass { OnSpikes = (layer, spikes) => CompareSpikes(layer, spikes, onnx.Spikes[layer]) };
        if (_spec.Task == ModelTask.Classification)
        {
            Tensor logits = new SpikingClassifier(_weights, new()).Forward(batch, pass);
            Compare("logits", logits, onnx);
            Compare("probabilities", logits.softmax(1), onnx);
        }
        else
        {
            (Tensor logits, Tensor deltas) = new SpikingRetinaNet(_weights, new()).Forward(batch, pass);
            Compare("cls_logits", logits, onnx);
            Compare("bbox_regression", deltas, onnx);
            CompareDetections(new DetectionPostprocessor(_spec).Detect(logits, deltas)[0], Detections(onnx));
        }
    }

    /// <summary>Limits are on what a user sees; logits and box positions are told without one.</summary>
    private static double? Limit(string output) => output is "probabilities" or "scores" ? ParityReport.ScoreLimit : null;

    private void CompareSpikes(string layer, Tensor spikes, float[][] onnx)
    {
        float[] ours = [.. onnx.SelectMany(step => step)];
        float[] theirs = spikes.contiguous().data<float>().ToArray();
        long differing = 0;
        for (int i = 0; i < ours.Length; i++)
            differing += ours[i] == theirs[i] ? 0 : 1;
        (long before, long all) = _spikes.GetValueOrDefault(layer);
        _spikes[layer] = (before + differing, all + ours.Length);
    }

    private void Compare(string output, Tensor value, OnnxActivity onnx)
    {
        if (!onnx.Outputs.TryGetValue(output, out float[]? other))
            return;
        float[] mine = value.contiguous().data<float>().ToArray();
        Note(output, mine.Zip(other).Max(pair => Math.Abs(pair.First - pair.Second)));
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
            int match = theirs.FindIndex(other =>
                other.CategoryIndex == mine.CategoryIndex && other.Box.IntersectionOverUnion(mine.Box) > 0.9f);
            if (match < 0)
            {
                _unmatched++;
                continue;
            }

            Box box = theirs[match].Box;
            Note("scores", Math.Abs(theirs[match].Score - mine.Score));
            Note("boxes", Math.Max(
                Math.Max(Math.Abs(box.X1 - mine.Box.X1), Math.Abs(box.Y1 - mine.Box.Y1)),
                Math.Max(Math.Abs(box.X2 - mine.Box.X2), Math.Abs(box.Y2 - mine.Box.Y2))));
            theirs.RemoveAt(match);
        }

        _unmatched += theirs.Count;
    }

    private void Note(string output, double difference) =>
        _differences[output] = Math.Max(difference, _differences.GetValueOrDefault(output));
}
