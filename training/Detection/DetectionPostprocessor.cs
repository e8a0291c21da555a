using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Detection;

/// <summary>
/// Head outputs to detections as torchvision's RetinaNet: of each level the best (anchor, class) pairs above the score
/// threshold, decoded and clipped to the input, class-wise suppression, the best of what is left.
/// </summary>
internal sealed class DetectionPostprocessor(ModelSpec spec)
{
    private readonly DetectorSpec _detector = spec.Detector!;
    private readonly Tensor[] _anchors =
        [.. AnchorGenerator.Generate(spec).Select(level => tensor(level, [level.Length / 4, 4]).DetachFromDisposeScope())];

    /// <summary>
    /// For each picture its detections in input pixels, best first, of class logits [N, anchors, classes] and box deltas
    /// [N, anchors, 4].
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Core.Detection.Detection>> Detect(Tensor classLogits, Tensor boxDeltas)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor logits = classLogits.cpu();
        Tensor deltas = boxDeltas.cpu();
        return [.. Enumerable.Range(0, (int)logits.shape[0]).Select(n => DetectOne(logits[n], deltas[n]))];
    }

    private IReadOnlyList<Core.Detection.Detection> DetectOne(Tensor logits, Tensor deltas)
    {
        var candidates = new List<Core.Detection.Detection>();
        long offset = 0;
        foreach (Tensor anchors in _anchors)
        {
            long count = anchors.shape[0];
            AddCandidates(candidates, logits.narrow(0, offset, count), deltas.narrow(0, offset, count), anchors);
            offset += count;
        }

        int[] kept = NonMaximumSuppression.Keep(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(candidates), _detector.NmsThreshold, _detector.MaxDetections);
        return [.. kept.Select(index => candidates[index])];
    }

    private void AddCandidates(List<Core.Detection.Detection> candidates, Tensor logits, Tensor deltas, Tensor anchors)
    {
        long classes = logits.shape[1];
        Tensor scores = logits.reshape(-1).sigmoid();
        (Tensor best, Tensor index) = scores.topk((int)Math.Min(_detector.CandidatesPerLevel, scores.numel()), 0);
        Tensor anchorIndex = index.div(Scalars.Of(classes), RoundingMode.floor);
        Tensor boxes = BoxCoder.Decode(deltas.index_select(0, anchorIndex), anchors.index_select(0, anchorIndex));
        float[] values = boxes.data<float>().ToArray();
        float[] scoreValues = best.data<float>().ToArray();
        long[] indices = index.data<long>().ToArray();
        for (int i = 0; i < scoreValues.Length && scoreValues[i] > _detector.ScoreThreshold; i++)
        {
            var box = new Box(
                Math.Clamp(values[4 * i], 0, spec.Input.Width),
                Math.Clamp(values[4 * i + 1], 0, spec.Input.Height),
                Math.Clamp(values[4 * i + 2], 0, spec.Input.Width),
                Math.Clamp(values[4 * i + 3], 0, spec.Input.Height));
            candidates.Add(new Core.Detection.Detection(box, (int)(indices[i] % classes), scoreValues[i]));
        }
    }
}
