using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Commands;

/// <summary><c>verify CHECKPOINT MODEL.onnx [--images DIR] [--max-spikes SHARE] [--max-output DIFF] [--max-mean DIFF] [--max-unmatched SHARE] [--json]</c></summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "The .safetensors file." };
        var model = new Argument<string>("model") { Description = "The ONNX file exported from it." };
        var images = new Option<string?>("--images") { Description = "A folder of pictures, or of event data for an event network; random inputs are made unless given." };
        var limit = new Option<int>("--limit") { Description = "Files of the folder to run.", DefaultValueFactory = _ => 8 };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var maxSpikes = new Option<double?>("--max-spikes") { Description = $"Largest share of spikes that a layer by itself makes differ from the checkpoint's, and difference of a firing rate; {Usual(limits => limits.Spikes)}." };
        var maxOutput = new Option<double?>("--max-output") { Description = $"Largest difference of a probability or score from the checkpoint's, given the same spikes; {Usual(limits => limits.Output)}." };
        var maxMean = new Option<double?>("--max-mean") { Description = $"Largest mean difference of probabilities or scores from the checkpoint's; {Usual(limits => limits.Mean)}." };
        var maxUnmatched = new Option<double?>("--max-unmatched") { Description = $"Largest share of detections that only the checkpoint or the file has; {Usual(limits => limits.Unmatched)}." };
        var command = new Command("verify", "Compare an ONNX file with its checkpoint: spikes of each layer, outputs.")
        {
            checkpoint, model, images, limit, maxSpikes, maxOutput, maxMean, maxUnmatched, json,
        };
        command.AddExample(
            "dotnet run --project training -- verify models/bccd-sg10.safetensors models/bccd-sg10.onnx --images tests/photos",
            "On real pictures");
        command.SetAction(parsed =>
        {
            ParityReport report = Run(
                parsed.GetRequiredValue(checkpoint),
                parsed.GetRequiredValue(model),
                parsed.GetValue(images),
                parsed.GetValue(limit),
                usual => usual.With(parsed.GetValue(maxSpikes), parsed.GetValue(maxOutput), parsed.GetValue(maxMean), parsed.GetValue(maxUnmatched)));
            if (parsed.GetValue(json))
                parsed.InvocationConfiguration.Output.WriteLine(report.ToJson().ToJsonString());
            else
                VerifyTable.Write(AnsiConsole.Console, report);
            return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
        });
        return command;
    }

    private static string Usual(Func<ParityLimits, double> limit) => string.Create(
        CultureInfo.InvariantCulture, $"{limit(ParityLimits.Equal)} for float32 and {limit(ParityLimits.Rounded)} for other precisions unless given");

    private static ParityReport Run(string checkpointPath, string modelPath, string? images, int limit, Func<ParityLimits, ParityLimits> limits)
    {
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        using var check = new ParityCheck(checkpoint, modelPath, limits);
        AddInputs(check, check.Spec, images, limit);
        return check.Report();
    }

    private static void AddInputs(ParityCheck check, ModelSpec spec, string? folder, int limit)
    {
        var generated = new GeneratedInputs(spec);
        if (spec.Input is EventInputSpec)
        {
            foreach (float[] counts in folder is null ? generated.Events() : ReadEvents(folder, spec, limit))
                check.Add(counts);
            return;
        }

        foreach (byte[] pixels in folder is null ? generated.Pictures() : ReadPictures(folder, spec, limit))
            check.Add(pixels);
    }

    private static IEnumerable<byte[]> ReadPictures(string folder, ModelSpec spec, int limit)
    {
        string[] files = Files(folder, PictureFormats.HasPictureName, limit, $"pictures ({PictureFormats.Names})");
        var preparation = new InputPreparation(spec);
        foreach (string file in files)
        {
            var pixels = new byte[preparation.ByteCount];
            preparation.Apply(PictureDecoder.DecodeFile(file), pixels);
            yield return pixels;
        }
    }

    private static IEnumerable<float[]> ReadEvents(string folder, ModelSpec spec, int limit)
    {
        string[] files = Files(folder, EventFormats.HasEventName, limit, $"event data: {EventFormats.Names}");
        var preparation = new EventPreparation(spec);
        return files.Select(file => preparation.ReadFile(file).Counts);
    }

    private static string[] Files(string folder, Func<string, bool> isInput, int limit, string expected)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder '{folder}'.");
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(isInput).Order(StringComparer.Ordinal).Take(limit),
        ];
        return files.Length > 0 ? files : throw new InvalidInputException($"{folder} holds no {expected}.");
    }
}
