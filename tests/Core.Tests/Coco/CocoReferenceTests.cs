using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SpikingDetector.Core.Coco;

namespace SpikingDetector.Core.Tests.Coco;

/// <summary>Against figures that pycocotools gave.</summary>
public sealed class CocoReferenceTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("crowd_and_ties")]
    [InlineData("many_detections")]
    public void Evaluate_GivesPycocotoolsFigures(string name)
    {
        (CocoGroundTruth groundTruth, IReadOnlyList<CocoResult> results) = Read(name);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(name), "expected.json")));

        CocoMetrics metrics = CocoEvaluator.Evaluate(groundTruth, results);

        Assert.Equal(12, metrics.Figures.Count);
        foreach ((string figure, double value) in metrics.Figures)
            Assert.Equal(expected.RootElement.GetProperty("stats").GetProperty(figure).GetDouble(), value, 1e-9);

        JsonElement categories = expected.RootElement.GetProperty("ap_per_category");
        Assert.Equal(categories.EnumerateObject().Count(), metrics.Categories.Count);
        foreach ((int id, double value) in metrics.Categories)
            Assert.Equal(categories.GetProperty(id.ToString(CultureInfo.InvariantCulture)).GetDouble(), value, 1e-9);
    }

    [Fact]
    public void Evaluate_OfManyDetections_IsFast()
    {
        (CocoGroundTruth groundTruth, IReadOnlyList<CocoResult> results) = Read("many_detections");
        var watch = Stopwatch.StartNew();

        CocoEvaluator.Evaluate(groundTruth, results);

        // 0.1 s on two idle cores; the margin is for machines under load, and a quadratic step would break it.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Evaluate_FromManyThreads_GivesTheSame()
    {
        (CocoGroundTruth groundTruth, IReadOnlyList<CocoResult> results) = Read("crowd_and_ties");
        string alone = CocoEvaluator.Evaluate(groundTruth, results).ToJson(withCategories: true);

        string[] together = new string[8];
        Parallel.For(0, together.Length, i => together[i] = CocoEvaluator.Evaluate(groundTruth, results).ToJson(withCategories: true));

        Assert.All(together, json => Assert.Equal(alone, json));
    }

    private static (CocoGroundTruth GroundTruth, IReadOnlyList<CocoResult> Results) Read(string name) => (
        CocoGroundTruth.Read(Path.Combine(Folder(name), "ground_truth.json")),
        CocoResultFile.Read(Path.Combine(Folder(name), "detections.json")));

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "reference", "coco_eval", name);
}
