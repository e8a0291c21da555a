using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests.Slow;

/// <summary>torchvision's RetinaNet post-processing of one picture, as its steps are described.</summary>
public static class SlowPostprocessing
{
    public sealed record Found(float[] Box, float Score, int Label);

    /// <param name="logits">For each level a row of class logits for each anchor.</param>
    /// <param name="deltas">For each level dx, dy, dw, dh for each anchor.</param>
    /// <param name="anchors">For each level x1, y1, x2, y2 for each anchor.</param>
    /// <param name="detector">Thresholds and limits.</param>
    /// <param name="input">Boxes are clipped to it.</param>
    public static List<Found> Run(
        IReadOnlyList<float[][]> logits,
        IReadOnlyList<float[][]> deltas,
        IReadOnlyList<float[][]> anchors,
        DetectorSpec detector,
        InputSpec input)
    {
        var candidates = new List<Found>();
        for (int level = 0; level < logits.Count; level++)
        {
            var pairs = new List<(int Anchor, int Label, float Score)>();
            for (int anchor = 0; anchor < logits[level].Length; anchor++)
            {
                for (int label = 0; label < logits[level][anchor].Length; label++)
                {
                    float score = SlowLayers.Sigmoid(logits[level][anchor][label]);
                    if (score > detector.ScoreThreshold)
                        pairs.Add((anchor, label, score));
                }
            }

            candidates.AddRange(pairs
                .OrderByDescending(pair => pair.Score)
                .Take(detector.CandidatesPerLevel)
                .Select(pair => new Found(
                    Decode(anchors[level][pair.Anchor], deltas[level][pair.Anchor], input), pair.Score, pair.Label)));
        }

        var kept = new List<Found>();
        foreach (Found candidate in candidates.OrderByDescending(found => found.Score))
        {
            bool suppressed = kept.Any(better =>
                better.Label == candidate.Label && Overlap(better.Box, candidate.Box) > detector.NmsThreshold);
            if (!suppressed)
                kept.Add(candidate);
        }

        return [.. kept.Take(detector.MaxDetections)];
    }

    private static float[] Decode(float[] anchor, float[] delta, InputSpec input)
    {
        var box = new float[4];
        int[] limits = [input.Width, input.Height];
        for (int axis = 0; axis < 2; axis++)
        {
            float size = anchor[axis + 2] - anchor[axis];
            float centre = anchor[axis] + 0.5f * size + delta[axis] * size;
            float half = 0.5f * (float)Math.Exp(Math.Min(delta[axis + 2], Math.Log(1000.0 / 16))) * size;
            box[axis] = Math.Clamp(centre - half, 0, limits[axis]);
            box[axis + 2] = Math.Clamp(centre + half, 0, limits[axis]);
        }

        return box;
    }

    private static double Overlap(float[] a, float[] b)
    {
        double width = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0]));
        double height = Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));
        double shared = width * height;
        return shared == 0 ? 0 : shared / (Area(a) + Area(b) - shared);
    }

    private static double Area(float[] box) => (double)(box[2] - box[0]) * (box[3] - box[1]);
}
