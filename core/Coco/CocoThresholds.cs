namespace SpikingDetector.Core.Coco;

/// <summary>The constants of COCO's evaluation.</summary>
internal static class CocoThresholds
{
    /// <summary>The figure where there is no ground truth to find.</summary>
    public const double NothingToMeasure = -1;

    /// <summary>Detections of one picture and category that count at most.</summary>
    public const int MaxDetections = 100;

    /// <summary>Position of 0.50 in <see cref="Overlaps"/>.</summary>
    public const int At50 = 0;

    /// <summary>Position of 0.75 in <see cref="Overlaps"/>.</summary>
    public const int At75 = 5;

    /// <summary>Least overlaps of a match: 0.50, 0.55 … 0.95.</summary>
    public static readonly double[] Overlaps = Linspace(0.5, 0.95, 10);

    /// <summary>Recalls at which precision is read: 0, 0.01 … 1.</summary>
    public static readonly double[] Recalls = Linspace(0, 1, 101);

    /// <summary>The numbers of detections that recall is measured with.</summary>
    public static readonly int[] DetectionCounts = [1, 10, MaxDetections];

    /// <summary>Least and greatest area of a range, both within it, in square pixels.</summary>
    public static (double Least, double Greatest) Area(AreaRange range) => range switch
    {
        AreaRange.All => (0, 1e10),
        AreaRange.Small => (0, 32 * 32),
        AreaRange.Medium => (32 * 32, 96 * 96),
        AreaRange.Large => (96 * 96, 1e10),
        _ => throw new ArgumentOutOfRangeException(nameof(range), range, null),
    };

    // As numpy.linspace rounds: a step, its multiples, and the end exactly. Written-out decimals differ in the last bit,
    // which decides matches of just that overlap.
    private static double[] Linspace(double start, double end, int count)
    {
        double step = (end - start) / (count - 1);
        double[] values = [.. Enumerable.Range(0, count).Select(i => i * step + start)];
        values[^1] = end;
        return values;
    }
}
