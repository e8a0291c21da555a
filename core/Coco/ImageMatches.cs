namespace SpikingDetector.Core.Coco;

/// <summary>
/// The objects and the best detections of one category in one picture, and which detection finds which object.
/// </summary>
internal sealed class ImageMatches
{
    private readonly CocoAnnotation[] _objects;
    private readonly CocoResult[] _detections;
    private readonly double[] _overlaps; // [detection, object]

    public ImageMatches(CocoAnnotation[] objects, IEnumerable<CocoResult> detections)
    {
        _objects = objects;
        _detections = [.. detections.OrderByDescending(detection => detection.Score).Take(CocoThresholds.MaxDetections)];
        _overlaps = new double[_detections.Length * objects.Length];
        for (int d = 0; d < _detections.Length; d++)
        {
            for (int o = 0; o < objects.Length; o++)
                _overlaps[d * objects.Length + o] = Overlap(_detections[d].Box, objects[o]);
        }
    }

    /// <summary>By descending score, at most <see cref="CocoThresholds.MaxDetections"/>.</summary>
    public IReadOnlyList<CocoResult> Detections => _detections;

    /// <summary>How many objects are to be found in a range; crowds and objects of other sizes are not.</summary>
    public int CountObjects(AreaRange range) => _objects.Count(item => !IsIgnored(item, range));

    /// <summary>What becomes of each detection at each overlap threshold.</summary>
    /// <returns>[threshold, detection].</returns>
    public DetectionOutcome[][] Match(AreaRange range)
    {
        // Objects to ignore come last, otherwise in their order.
        int[] order = [.. Enumerable.Range(0, _objects.Length).OrderBy(o => IsIgnored(_objects[o], range))];
        int toFind = CountObjects(range);
        return Array.ConvertAll(CocoThresholds.Overlaps, threshold => Match(range, order, toFind, threshold));
    }

    private DetectionOutcome[] Match(AreaRange range, int[] order, int toFind, double threshold)
    {
        var outcomes = new DetectionOutcome[_detections.Length];
        bool[] taken = new bool[order.Length];
        for (int d = 0; d < outcomes.Length; d++)
        {
            int match = BestMatch(d, order, toFind, taken, threshold);
            bool found = match >= 0;
            if (found)
                taken[match] = true;

            // pycocotools keeps the id of the match, with 0 for none: an object with the id 0 counts as never found.
            bool counted = found && _objects[order[match]].Id != 0;
            bool ignored = (found && match >= toFind) || (!counted && !IsWithin(_detections[d].Box.Area, range));
            outcomes[d] = ignored ? DetectionOutcome.Ignored
                : counted ? DetectionOutcome.TruePositive
                : DetectionOutcome.FalsePositive;
        }

        return outcomes;
    }

    // The object of greatest overlap, the later of equals; one to ignore only where no other fits. Crowds may be found
    // again and again.
    private int BestMatch(int detection, int[] order, int toFind, bool[] taken, double threshold)
    {
        double best = Math.Min(threshold, 1 - 1e-10);
        int match = -1;
        for (int i = 0; i < order.Length; i++)
        {
            if (taken[i] && !_objects[order[i]].IsCrowd)
                continue;
            if (match >= 0 && match < toFind && i >= toFind)
                break;

            double overlap = _overlaps[detection * order.Length + order[i]];
            if (overlap < best)
                continue;

            best = overlap;
            match = i;
        }

        return match;
    }

    private static bool IsIgnored(CocoAnnotation item, AreaRange range) => item.IsCrowd || !IsWithin(item.Area, range);

    private static bool IsWithin(double area, AreaRange range)
    {
        (double least, double greatest) = CocoThresholds.Area(range);
        return area >= least && area <= greatest;
    }

    // Intersection over union; over the detection's own area where the object is a crowd.
    private static double Overlap(CocoBox detection, CocoAnnotation item)
    {
        CocoBox box = item.Box;
        double width = Math.Min(detection.X + detection.Width, box.X + box.Width) - Math.Max(detection.X, box.X);
        double height = Math.Min(detection.Y + detection.Height, box.Y + box.Height) - Math.Max(detection.Y, box.Y);
        if (width <= 0 || height <= 0)
            return 0;

        double shared = width * height;
        return shared / (item.IsCrowd ? detection.Area : detection.Area + box.Area - shared);
    }
}
