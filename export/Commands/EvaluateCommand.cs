using System.CommandLine;
using System.Text.Json;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Evaluation;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Commands;

/// <summary><c>evaluate MODEL.onnx --images DIR [--annotations FILE.json]</c></summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "An ONNX file that the export command wrote." };
        var images = new Option<string>("--images")
        {
            Description = "Detector: the folder that the annotations' file names are in. Classifier: a folder of class folders, with "
                + "pictures or, for an event network, with .aedat, .npy or .npz files, or the unpacked binary files of CIFAR-10 or CIFAR-100. Its "
                + "val or test split is measured; of event data without splits the last tenth of each class, as in training, where each has at least ten; else all.",
            Required = true,
        };
        var annotations = new Option<string?>("--annotations") { Description = "Detector: COCO annotation file of the pictures." };
        var detections = new Option<string?>("--detections")
        {
            Description = "Detector: also write what was found, as a COCO result file.",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("evaluate", "Measure an ONNX file on pictures or event recordings: COCO's twelve figures, or top-1 and top-5 accuracy.")
        {
            model, images, annotations, detections, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(detections) is not null && result.GetValue(annotations) is null)
                result.AddError("--detections needs --annotations: only a detector has detections to write.");
        });
        command.AddExample(
            "dotnet run --project export -- evaluate cells.onnx --images data/val --annotations data/instances_val.json",
            "COCO's figures of a detector");
        command.AddExample(
            "dotnet run --project export -- evaluate cifar10.onnx --images data/test --json",
            "Accuracy of a classifier over class folders, as JSON");
        command.AddExample(
            "dotnet run --project export -- evaluate dvs-cifar10.onnx --images CIFAR10DVS",
            "Accuracy of an event classifier over the last tenth of each class's recordings");
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                using ModelSession session = ModelSession.Open(parsed.GetRequiredValue(model));
                var run = new Evaluator(session, parsed.GetRequiredValue(images), parsed.GetValue(json), parsed.InvocationConfiguration);
                if (parsed.GetValue(annotations) is { } file)
                    run.Detect(file, parsed.GetValue(detections), cancellation);
                else
                    run.Classify(cancellation);
            },
            cancellation));
        return command;
    }

    private sealed class Evaluator(ModelSession session, string images, bool json, InvocationConfiguration console)
    {
        public void Detect(string annotationFile, string? detectionFile, CancellationToken cancellation)
        {
            CocoGroundTruth truth = CocoGroundTruth.Read(annotationFile);
            List<CocoResult> results = ProgressLine.Run(
                console.Error,
                session.Spec.Name,
                truth.Images.Count,
                progress => DetectorEvaluation.Run(session, truth, images, progress, cancellation));
            if (detectionFile is not null)
                CocoResultFile.Write(detectionFile, results);

            CocoMetrics metrics = CocoEvaluator.Evaluate(truth, results);
            if (json)
            {
                console.Output.WriteLine(metrics.ToJson(withCategories: false));
                return;
            }

            WriteHeading(truth.Images.Count);
            Report.Write(console.Output, metrics, truth.Categories);
        }

        public void Classify(CancellationToken cancellation)
        {
            LabelledSamples data = ClassifierEvaluation.Open(session, images);
            Accuracy accuracy = ProgressLine.Run(
                console.Error,
                session.Spec.Name,
                data.Samples.Count,
                progress => ClassifierEvaluation.Run(session, data, progress, cancellation));
            if (json)
            {
                console.Output.WriteLine(JsonSerializer.Serialize(new { top1 = accuracy.Top1, top5 = accuracy.Top5 }));
                return;
            }

            WriteHeading(accuracy.Count);
            Report.Write(console.Output, accuracy);
        }

        private void WriteHeading(int count) => console.Output.WriteLine(
            $"{session.Path}: {session.Spec.Name}, {count} {(session.Spec.Input is EventInputSpec ? "recordings" : "pictures")}, on {session.Device.ToString().ToLowerInvariant()}");
    }
}
