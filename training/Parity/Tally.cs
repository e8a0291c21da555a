using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Parity;

/// <summary>Differences between spikes and outputs of a graph and of a network, summed up over inputs.</summary>
/// <param name="spec">The graph's.</param>
/// <param name="scoreLimit">By how much scores may differ.</param>
internal sealed class Tally(ModelSpec spec, double scoreLimit)
{
    /// <summary>Boxes of one object overlap more than this.</summary>
    private const float SameObject = 0.5f;

    private readonly Dictionary<string, (long Differing, long All)> _spikes = [];
    private readonly Dictionary<string, Differences> _outputs = [];
    private int _detections;
    private int _unmatched;

    /// <summary>Share of differing spikes by layer, in the order in which they came.</summary>
    public IReadOnlyDictionary<string, double> Spikes =>
        _spikes.ToDictionary(layer => layer.Key, layer => (double)layer.Value.Differing / layer.Value.All);

    /// <summary>Largest and mean absolute difference by output.</summary>
    public IReadOnlyDictionary<string, (double Largest, double Mean)> Outputs =>
        _outputs.ToDictionary(output => output.Key, output => (output.Value.Largest, output.Value.Mean));

    /// <summary>Share of the detections of both that the other does not have, though its score is clear of what is needed.</summary>
    public double Unmatched => _detections == 0 ? 0 : (double)_unmatched / _detections;

    public void CompareSpikes(string layer, Tensor spikes, float[] onnx)
    {
        float[] mine = Elements(spikes);
        CheckLength(layer, mine, onnx);
        long differing = 0;
        for (int i = 0; i < mine.Length; i++)
            differing += mine[i] == onnx[i] ? 0 : 1;
        (long before, long all) = _spikes.GetValueOrDefault(layer);
        _spikes[layer] = (before + differing, all + mine.Length);
    }

    public void Compare(string output, Tensor value, OnnxActivity onnx) => Compare(output, Elements(value), onnx);

    /// <summary>Compares an output that the graph has.</summary>
    public void Compare(string output, float[] mine, OnnxActivity onnx)
    {
        if (mine.Length == 0 || !onnx.Outputs.TryGetValue(output, out float[]? other))
            return;
        CheckLength(output, mine, other);
        for (int i = 0; i < mine.Length; i++)
            Note(output, mine[i] - other[i]);
    }

    /// <summary>Pairs detections of one class that are the same object, the nearest first.</summary>
    public void CompareDetections(IReadOnlyList<Core.Detection.Detection> ours, OnnxActivity onnx)
    {
        List<Core.Detection.Detection> theirs = Detections(onnx);
        double ourFloor = LowestScore(ours) + scoreLimit;
        double theirFloor = LowestScore(theirs) + scoreLimit;
        _detections += ours.Count + theirs.Count;
        foreach (Core.Detection.Detection mine in ours)
        {
            int[] matches = [.. Enumerable.Range(0, theirs.Count).Where(i => IsSameObject(mine, theirs[i])).OrderBy(i => Distance(mine.Box, theirs[i].Box))];
            if (matches.Length == 0)
            {
                _unmatched += mine.Score > theirFloor ? 1 : 0;
                continue;
            }

            Core.Detection.Detection match = theirs[matches[0]];
            theirs.RemoveAt(matches[0]);
            Note("scores", match.Score - mine.Score);
            foreach (float side in Sides(mine.Box, match.Box))
                Note("boxes", side);
        }

        _unmatched += theirs.Count(other => other.Score > ourFloor);
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

    private static void CheckLength(string name, float[] mine, float[] onnx)
    {
        if (mine.Length != onnx.Length)
            throw new InvalidOperationException($"{name} has {onnx.Length} numbers in the graph, expected {mine.Length}.");
    }

    /// <summary>What a detection needs to be in the list: a score that differs by no more than the limit may fall below it.</summary>
    private double LowestScore(IReadOnlyList<Core.Detection.Detection> detections) =>
        detections.Count == spec.Detector!.MaxDetections ? detections.Min(found => found.Score) : spec.Detector.ScoreThreshold;

    /// <summary>A box at the border of the picture may have no area.</summary>
    private static bool IsSameObject(Core.Detection.Detection a, Core.Detection.Detection b) =>
        a.CategoryIndex == b.CategoryIndex && (a.Box.IntersectionOverUnion(b.Box) > SameObject || Distance(a.Box, b.Box) < 1);

    private static float Distance(Box a, Box b) => Sides(a, b).Max(Math.Abs);

    private static float[] Sides(Box a, Box b) => [b.X1 - a.X1, b.Y1 - a.Y1, b.X2 - a.X2, b.Y2 - a.Y2];

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
