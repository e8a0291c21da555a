using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Commands;

/// <summary><c>verify CHECKPOINT MODEL.onnx [--images DIR] [--json]</c></summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "The .safetensors file." };
        var model = new Argument<string>("model") { Description = "The ONNX file exported from it." };
        var images = new Option<string?>("--images") { Description = "A folder of pictures, or of event data for an event network; random inputs are made unless given." };
        var limit = new Option<int>("--limit") { Description = "Files of the folder to run.", DefaultValueFactory = _ => 8 };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("verify", "Compare an ONNX file with its checkpoint: spikes of each layer, outputs.")
        {
            checkpoint, model, images, limit, json,
        };
        command.AddExample(
            "dotnet run --project training -- verify models/bccd-sg10.safetensors models/bccd-sg10.onnx --images tests/photos",
            "On real pictures");
        command.SetAction(parsed =>
        {
            ParityReport report = Run(
                parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(model), parsed.GetValue(images), parsed.GetValue(limit));
            if (parsed.GetValue(json))
                parsed.InvocationConfiguration.Output.WriteLine(report.ToJson().ToJsonString());
            else
                Print(report);
            return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
        });
        return command;
    }

    private static ParityReport Run(string checkpointPath, string modelPath, string? images, int limit)
    {
        using Checkpoint checkpoint = OpenSameNetwork(checkpointPath, modelPath);
        using var check = new ParityCheck(checkpoint, modelPath);
        AddInputs(check, checkpoint.Spec, images, limit);
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

    /// <summary>The checkpoint at the input sides of the ONNX file, which may have been exported for others than the checkpoint's.</summary>
    private static Checkpoint OpenSameNetwork(string checkpointPath, string modelPath)
    {
        using ModelSession session = ModelSession.Open(modelPath);
        Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        (int height, int width) = (session.Spec.Input.Height, session.Spec.Input.Width);
        ModelSpec expected = checkpoint.Spec with { Input = checkpoint.Spec.Input with { Height = height, Width = width } };
        if (session.Spec.ToJson() != expected.ToJson())
        {
            checkpoint.Dispose();
            throw new InvalidInputException(
                $"{modelPath} holds the network {session.Spec.Name} with another spec than {checkpoint.Path}; export the checkpoint again.");
        }

        return checkpoint.WithInputSides(height, width);
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

    private static void Print(ParityReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("layer or output");
        table.AddColumn(new TableColumn("difference").RightAligned());
        table.AddColumn(new TableColumn("limit").RightAligned());
        foreach ((string layer, double share) in report.Layers)
            table.AddRow(Markup.Escape(layer), Share(share), Share(ParityReport.SpikeLimit));
        foreach ((string name, double difference, double? limit) in report.Outputs)
            table.AddRow(name, Number(difference), limit is { } bound ? Number(bound) : "");
        AnsiConsole.Write(table);
        Console.WriteLine(report.FirstDeparting is { } first
            ? $"{report.Inputs} inputs; the first layer with a differing spike is {first}."
            : $"{report.Inputs} inputs; all spikes are equal.");
        Console.WriteLine(report.Passed ? "passed" : "failed");
    }

    private static string Share(double share) => share.ToString("0.######%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
