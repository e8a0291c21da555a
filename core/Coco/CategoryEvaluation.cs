namespace SpikingDetector.Core.Coco;

/// <summary>Precision and recall of one category.</summary>
internal sealed class CategoryEvaluation
{
    // numpy.spacing(1): keeps 0/0 from being anything but 0.
    private const double Tiny = 2.220446049250313e-16;

    // Per range: mean precision over the recall points at each threshold; null without objects to find.
    private readonly Dictionary<AreaRange, double[]?> _precision = [];
    private readonly Dictionary<(AreaRange Range, int DetectionCount), double[]?> _recall = [];

    public CategoryEvaluation(CategoryMatches matches)
    {
        CategoryId = matches.CategoryId;
        foreach (AreaRange range in Enum.GetValues<AreaRange>())
        {
            int toFind = matches.Images.Sum(image => image.CountObjects(range));
            DetectionOutcome[][][] outcomes = toFind == 0 ? [] : [.. matches.Images.Select(image => image.Match(range))];
            foreach (int count in CocoThresholds.DetectionCounts)
            {
                if (toFind == 0)
                    (_precision[range], _recall[(range, count)]) = (null, null);
                else
                    Accumulate(matches.Images, range, outcomes, count, toFind);
            }
        }
    }

    public int CategoryId { get; }

    /// <summary>
    /// Mean precision over the recall points, at one threshold or over all; null where there is nothing to find.
    /// </summary>
    public double? Precision(AreaRange range, int? threshold = null) =>
        threshold is int index ? _precision[range]?[index] : _precision[range]?.Average();

    /// <summary>Mean over the thresholds of the share of objects found; null where there is nothing to find.</summary>
    public double? Recall(AreaRange range, int detectionCount) => _recall[(range, detectionCount)]?.Average();

    private void Accumulate(
        IReadOnlyList<ImageMatches> images, AreaRange range, DetectionOutcome[][][] outcomes, int count, int toFind)
    {
        // All pictures' detections by descending score; equal ones stay in the order of the pictures.
        (int Image, int Detection)[] order =
        [
            .. Enumerable.Range(0, images.Count)
                .SelectMany(image => Enumerable.Range(0, Math.Min(count, images[image].Detections.Count)).Select(d => (image, d)))
                .OrderByDescending(item => images[item.image].Detections[item.d].Score),
        ];
        double[] precision = new double[CocoThresholds.Overlaps.Length];
        double[] recall = new double[CocoThresholds.Overlaps.Length];
        for (int t = 0; t < precision.Length; t++)
            (precision[t], recall[t]) = Curve(order.Select(item => outcomes[item.Image][t][item.Detection]), toFind);

        _recall[(range, count)] = recall;
        if (count == CocoThresholds.MaxDetections)
            _precision[range] = precision;
    }

    private static (double Precision, double Recall) Curve(IEnumerable<DetectionOutcome> outcomes, int toFind)
    {
        var precisions = new List<double>();
        var recalls = new List<double>();
        int truePositives = 0, falsePositives = 0;
        foreach (DetectionOutcome outcome in outcomes)
        {
            truePositives += outcome == DetectionOutcome.TruePositive ? 1 : 0;
            falsePositives += outcome == DetectionOutcome.FalsePositive ? 1 : 0;
            recalls.Add((double)truePositives / toFind);
            precisions.Add(truePositives / (falsePositives + truePositives + Tiny));
        }

        for (int i = precisions.Count - 1; i > 0; i--)
            precisions[i - 1] = Math.Max(precisions[i - 1], precisions[i]);
        return (MeanAtRecallPoints(precisions, recalls), recalls.Count == 0 ? 0 : recalls[^1]);
    }

    // At each recall point the precision of the first detection that reaches it, 0 where none does.
    private static double MeanAtRecallPoints(List<double> precisions, List<double> recalls)
    {
        double sum = 0;
        int at = 0;
        foreach (double recall in CocoThresholds.Recalls)
        {
            while (at < recalls.Count && recalls[at] < recall)
                at++;
            if (at == recalls.Count)
                break;
            sum += precisions[at];
        }

        return sum / CocoThresholds.Recalls.Length;
    }
}
