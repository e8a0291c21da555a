using System.CommandLine;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.CommandLine;

namespace SpikingDetector.Export.Commands;

/// <summary><c>coco-eval GROUND_TRUTH.json DETECTIONS.json</c></summary>
internal static class CocoEvalCommand
{
    public static Command Create()
    {
        var groundTruth = new Argument<string>("ground-truth") { Description = "COCO annotation file (instances_*.json)." };
        var detections = new Argument<string>("detections") { Description = "COCO result file: a list of detections." };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("coco-eval", "Compare detections with the truth: COCO's twelve figures and the AP of each category.")
        {
            groundTruth, detections, json,
        };
        command.AddExample(
            "dotnet run --project export -- coco-eval instances_val.json detections.json",
            "The figures that pycocotools gives");
        command.SetAction(parsed =>
        {
            CocoGroundTruth truth = CocoGroundTruth.Read(parsed.GetRequiredValue(groundTruth));
            CocoMetrics metrics = CocoEvaluator.Evaluate(truth, CocoResultFile.Read(parsed.GetRequiredValue(detections)));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(metrics.ToJson(withCategories: true));
            else
                Report.Write(output, metrics, truth.Categories);
        });
        return command;
    }
}
