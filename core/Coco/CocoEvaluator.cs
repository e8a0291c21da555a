namespace SpikingDetector.Core.Coco;

/// <summary>
/// COCO's evaluation of boxes, with pycocotools' figures to the last digits: its definition in words is
/// https://cocodataset.org/#detection-eval, its definition in fact is that program. Safe to call from many threads.
/// </summary>
public static class CocoEvaluator
{
    /// <summary>Compares detections with the ground truth.</summary>
    /// <param name="groundTruth">All of its pictures count, those without detections too.</param>
    /// <param name="results">
    /// Any number a picture; of each picture and category the 100 best count. Categories that the ground truth does
    /// not list are left out.
    /// </param>
    /// <exception cref="InvalidInputException">A detection is of a picture that the ground truth does not list.</exception>
    public static CocoMetrics Evaluate(CocoGroundTruth groundTruth, IReadOnlyList<CocoResult> results)
    {
        ArgumentNullException.ThrowIfNull(groundTruth);
        ArgumentNullException.ThrowIfNull(results);

        CategoryMatches[] categories = CategoryMatches.Gather(groundTruth, results);
        var evaluations = new CategoryEvaluation[categories.Length];
        Parallel.For(0, categories.Length, i => evaluations[i] = new CategoryEvaluation(categories[i]));
        return Summarise(evaluations);
    }

    private static CocoMetrics Summarise(CategoryEvaluation[] categories)
    {
        return new CocoMetrics
        {
            AP = MeanPrecision(AreaRange.All),
            AP50 = MeanPrecision(AreaRange.All, CocoThresholds.At50),
            AP75 = MeanPrecision(AreaRange.All, CocoThresholds.At75),
            APSmall = MeanPrecision(AreaRange.Small),
            APMedium = MeanPrecision(AreaRange.Medium),
            APLarge = MeanPrecision(AreaRange.Large),
            AR1 = Mean(categories.Select(category => category.Recall(AreaRange.All, 1))),
            AR10 = Mean(categories.Select(category => category.Recall(AreaRange.All, 10))),
            AR100 = MeanRecall(AreaRange.All),
            ARSmall = MeanRecall(AreaRange.Small),
            ARMedium = MeanRecall(AreaRange.Medium),
            ARLarge = MeanRecall(AreaRange.Large),
            Categories = categories.ToDictionary(
                category => category.CategoryId,
                category => category.Precision(AreaRange.All) ?? CocoThresholds.NothingToMeasure),
        };

        double MeanPrecision(AreaRange range, int? threshold = null) =>
            Mean(categories.Select(category => category.Precision(range, threshold)));

        double MeanRecall(AreaRange range) =>
            Mean(categories.Select(category => category.Recall(range, CocoThresholds.MaxDetections)));
    }

    // Every category that has ground truth weighs the same: each has the same number of thresholds and recall points.
    private static double Mean(IEnumerable<double?> values) =>
        values.Where(value => value is not null).Average() ?? CocoThresholds.NothingToMeasure;
}
