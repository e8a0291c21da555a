namespace SpikingDetector.Core.Detection;

/// <summary>
/// Greedy non-maximum suppression within each category: the best box stays, those of its category that overlap it too
/// much go. Which boxes stay is what torchvision's <c>batched_nms</c> says.
/// </summary>
public static class NonMaximumSuppression
{
    /// <summary>
    /// Indices into <paramref name="detections"/> of those kept, by descending score; equal scores keep their order.
    /// </summary>
    /// <param name="detections">Candidates in any order.</param>
    /// <param name="overlapThreshold">
    /// A box goes where its intersection over union with a kept box of its category is greater than this, 0…1.
    /// </param>
    /// <param name="maximum">At most this many are kept over all categories.</param>
    public static int[] Keep(ReadOnlySpan<Detection> detections, float overlapThreshold, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximum);

        int[] order = ByDescendingScore(detections);
        var kept = new List<int>(Math.Min(maximum, order.Length));
        foreach (int candidate in order)
        {
            if (kept.Count == maximum)
                break;
            if (!IsSuppressed(detections, kept, detections[candidate], overlapThreshold))
                kept.Add(candidate);
        }

        return [.. kept];
    }

    private static int[] ByDescendingScore(ReadOnlySpan<Detection> detections)
    {
        // The key (−score, index) makes the unstable array sort keep the order of ties.
        var keys = new (float NegativeScore, int Index)[detections.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = (-detections[i].Score, i);
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => key.Index);
    }

    private static bool IsSuppressed(
        ReadOnlySpan<Detection> detections, List<int> kept, Detection candidate, float overlapThreshold)
    {
        foreach (int index in kept)
        {
            Detection better = detections[index];
            if (better.CategoryIndex == candidate.CategoryIndex
                && better.Box.IntersectionOverUnion(candidate.Box) > overlapThreshold)
            {
                return true;
            }
        }

        return false;
    }
}
