using SpikingDetector.Core.Coco;

namespace SpikingDetector.Core.Tests.Coco;

/// <summary>Cases small enough to work out by hand.</summary>
public sealed class CocoEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluate_APerfectDetector_IsOne_WhereThereIsSomethingToFind()
    {
        // 100×100 is large; there are no small or medium objects.
        CocoMetrics metrics = Evaluate([Object(1, 1, 1, 0, 0, 100, 100)], [Result(1, 1, 0, 0, 100, 100, 0.9)]);

        Assert.Equal([1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1, 1], Rounded(metrics));
    }

    [Fact]
    public void Evaluate_WithoutDetections_IsZero()
    {
        CocoMetrics metrics = Evaluate([Object(1, 1, 1, 0, 0, 10, 10)], []);

        Assert.Equal([0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1], Rounded(metrics));
    }

    [Fact]
    public void Evaluate_WithoutGroundTruth_HasNothingToMeasure()
    {
        Assert.All(Evaluate([], [Result(1, 1, 0, 0, 10, 10, 0.9)]).Figures, figure => Assert.Equal(-1, figure.Value));
    }

    [Fact]
    public void Evaluate_ACategoryWithoutGroundTruth_IsLeftOut()
    {
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10)], [Result(1, 1, 0, 0, 10, 10, 0.5), Result(1, 2, 0, 0, 10, 10, 0.9)]);

        Assert.Equal(1, metrics.AP, 1e-12);
        Assert.Equal(1, metrics.Categories[1], 1e-12);
        Assert.Equal(-1, metrics.Categories[2]);
    }

    [Fact]
    public void Evaluate_AnOverlapOfThreeQuarters_CountsUpToThatThreshold()
    {
        // 75 of 100 covered: found at 0.50 … 0.75, six of ten thresholds.
        CocoMetrics metrics = Evaluate([Object(1, 1, 1, 0, 0, 10, 10)], [Result(1, 1, 0, 0, 10, 7.5, 0.9)]);

        Assert.Equal(0.6, metrics.AP, 1e-12);
        Assert.Equal(1, metrics.AP50, 1e-12);
        Assert.Equal(1, metrics.AP75, 1e-12);
        Assert.Equal(0.6, metrics.AR100, 1e-12);
    }

    [Fact]
    public void Evaluate_ReadsPrecisionAt101Recalls()
    {
        // Wrong, right, and one of two objects found: precision 1/2 up to recall 1/2 (51 of 101 points), then 0.
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 1, 1, 50, 50, 10, 10)],
            [Result(1, 1, 80, 80, 10, 10, 0.9), Result(1, 1, 0, 0, 10, 10, 0.8)]);

        Assert.Equal(0.5 * 51 / 101, metrics.AP, 1e-12);
        Assert.Equal(0, metrics.AR1, 1e-12);
        Assert.Equal(0.5, metrics.AR10, 1e-12);
    }

    [Fact]
    public void Evaluate_ASecondDetectionOfTheSameObject_IsWrong()
    {
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 2, 1, 0, 0, 10, 10)],
            [Result(1, 1, 0, 0, 10, 10, 0.9), Result(1, 1, 0, 0, 10, 10, 0.8), Result(2, 1, 0, 0, 10, 10, 0.7)]);

        // Right, wrong, right: precision 1 up to recall 1/2, then 2/3.
        Assert.Equal((51 + 50 * 2.0 / 3) / 101, metrics.AP, 1e-12);
    }

    [Fact]
    public void Evaluate_EqualScores_KeepTheOrderOfThePictures()
    {
        CocoAnnotation[] objects = [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 2, 1, 0, 0, 10, 10)];
        CocoResult right = Result(1, 1, 0, 0, 10, 10, 0.5), wrong = Result(2, 1, 50, 50, 10, 10, 0.5);

        // Picture 1 comes first whatever the file's order: right, wrong gives precision 1 up to recall 1/2.
        Assert.Equal(51.0 / 101, Evaluate(objects, [wrong, right]).AP, 1e-12);
        Assert.Equal(0.5 * 51 / 101, Evaluate(objects, [right with { ImageId = 2 }, wrong with { ImageId = 1 }]).AP, 1e-12);
    }

    [Fact]
    public void Evaluate_EqualScoresInAPicture_KeepTheOrderOfTheFile()
    {
        CocoAnnotation[] objects = [Object(1, 1, 1, 0, 0, 10, 10)];
        CocoResult right = Result(1, 1, 0, 0, 10, 10, 0.5), wrong = Result(1, 1, 50, 50, 10, 10, 0.5);

        Assert.Equal(1, Evaluate(objects, [right, wrong]).AR1, 1e-12);
        Assert.Equal(0, Evaluate(objects, [wrong, right]).AR1, 1e-12);
    }

    [Fact]
    public void Evaluate_ACrowd_TakesAnyNumberOfDetections_AndIsNotToBeFound()
    {
        // The crowd covers the small boxes wholly: their overlap is measured by their own area.
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 1, 1, 20, 20, 70, 70, crowd: true)],
            [
                Result(1, 1, 30, 30, 10, 10, 0.9), Result(1, 1, 30, 30, 10, 10, 0.8), Result(1, 1, 60, 60, 10, 10, 0.7),
                Result(1, 1, 0, 0, 10, 10, 0.6),
            ]);

        Assert.Equal(1, metrics.AP, 1e-12);
        Assert.Equal(1, metrics.AR100, 1e-12);
    }

    [Fact]
    public void Evaluate_PrefersARealObjectToACrowdOfGreaterOverlap()
    {
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 100, 100, crowd: true), Object(2, 1, 1, 0, 0, 10, 12)],
            [Result(1, 1, 0, 0, 10, 10, 0.9)]);

        Assert.Equal(1, metrics.AP50, 1e-12);
    }

    [Fact]
    public void Evaluate_ADetectionTakesTheLaterOfEqualOverlaps()
    {
        // Both detections overlap both objects. The first has equal overlaps and takes object 2, which leaves object 1
        // for the second; the other way round the second would find nothing.
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 1, 1, 4, 0, 10, 10)],
            [Result(1, 1, 2, 0, 10, 10, 0.9), Result(1, 1, 0, 0, 10, 10, 0.8)]);

        Assert.Equal(1, metrics.AP50, 1e-12);
    }

    [Fact]
    public void Evaluate_SizesAreThoseOfTheAnnotationsArea()
    {
        // Its box is large, its area small: a small object. Without a match a detection's own size decides.
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 100, 100) with { Area = 500 }],
            [Result(1, 1, 200, 200, 100, 100, 0.9), Result(1, 1, 0, 0, 100, 100, 0.8)]);

        Assert.Equal(1, metrics.APSmall, 1e-12);
        Assert.Equal(-1, metrics.APLarge);
        Assert.Equal(0.5, metrics.AP, 1e-12);
    }

    [Fact]
    public void Evaluate_OfAPictureAndCategory_TheHundredBestCount()
    {
        CocoResult[] results =
        [
            .. Enumerable.Range(0, 100).Select(i => Result(1, 1, 500, i, 10, 10, 0.9)), Result(1, 1, 0, 0, 10, 10, 0.1),
        ];

        Assert.Equal(0, Evaluate([Object(1, 1, 1, 0, 0, 10, 10)], results).AR100);
        Assert.Equal(1, Evaluate([Object(1, 1, 1, 0, 0, 10, 10)], results[1..]).AR100, 1e-12);
    }

    [Fact]
    public void Evaluate_AnObjectOfIdZero_IsNeverFound_AsInPycocotools()
    {
        CocoMetrics metrics = Evaluate([Object(0, 1, 1, 0, 0, 10, 10)], [Result(1, 1, 0, 0, 10, 10, 0.9)]);

        Assert.Equal(0, metrics.AP);
    }

    [Fact]
    public void Evaluate_OfAnnotationsThatShareAnId_TheLaterStandsForBoth_AsInPycocotools()
    {
        // Twice the object at 50: one detection of it finds one of two.
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(1, 1, 1, 50, 50, 10, 10)],
            [Result(1, 1, 0, 0, 10, 10, 0.9), Result(1, 1, 50, 50, 10, 10, 0.8)]);

        Assert.Equal(0.5, metrics.AR100, 1e-12);
        Assert.Equal(0, metrics.AR1, 1e-12);
    }

    [Fact]
    public void Evaluate_AnnotationsOfUnlistedPicturesAndCategories_AreLeftOut()
    {
        CocoMetrics metrics = Evaluate(
            [Object(1, 1, 1, 0, 0, 10, 10), Object(2, 99, 1, 0, 0, 10, 10), Object(3, 1, 99, 0, 0, 10, 10)],
            [Result(1, 1, 0, 0, 10, 10, 0.9), Result(1, 99, 0, 0, 10, 10, 0.95)]);

        Assert.Equal(1, metrics.AP, 1e-12);
        Assert.Equal([1, 2], metrics.Categories.Keys);
    }

    [Fact]
    public void Evaluate_ADetectionInAnUnlistedPicture_IsRefused()
    {
        var exception = Assert.Throws<InvalidInputException>(
            () => Evaluate([Object(1, 1, 1, 0, 0, 10, 10)], [Result(77, 1, 0, 0, 10, 10, 0.9)]));

        Assert.Contains("image 77", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_HasTheNamesOfTheCommandLine()
    {
        string json = Evaluate([Object(1, 1, 1, 0, 0, 100, 100)], [Result(1, 1, 0, 0, 100, 100, 0.9)]).ToJson(withCategories: true);

        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(
            ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl", "categories"],
            document.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(-1, document.RootElement.GetProperty("categories").GetProperty("2").GetDouble());
        Assert.DoesNotContain("categories", Evaluate([], []).ToJson(withCategories: false), StringComparison.Ordinal);
    }

    private static double[] Rounded(CocoMetrics metrics) => [.. metrics.Figures.Select(figure => Math.Round(figure.Value, 9))];

    private static CocoAnnotation Object(
        long id, long image, int category, double x, double y, double width, double height, bool crowd = false) =>
        new(id, image, category, new CocoBox(x, y, width, height), width * height, crowd);

    private static CocoResult Result(long image, int category, double x, double y, double width, double height, double score) =>
        new(image, category, new CocoBox(x, y, width, height), score);

    // Pictures 1 and 2, categories 1 and 2.
    private CocoMetrics Evaluate(CocoAnnotation[] objects, CocoResult[] results)
    {
        string path = _folder.File("ground_truth.json");
        InstancesFile.Write(
            path,
            [(2, "b.jpg", 640, 480), (1, "a.jpg", 640, 480)],
            [.. objects],
            [(2, "cow"), (1, "dog")]);
        return CocoEvaluator.Evaluate(CocoGroundTruth.Read(path), results);
    }
}
