using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Commands;

/// <summary><c>verify CHECKPOINT MODEL.onnx [--images DIR] [--json]</c></summary>
internal static class VerifyCommand
{
    private const int GeneratedPictures = 4;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "The .safetensors file." };
        var model = new Argument<string>("model") { Description = "The ONNX file exported from it." };
        var images = new Option<string?>("--images") { Description = "A folder of pictures; random ones are made unless given." };
        var limit = new Option<int>("--limit") { Description = "Pictures of the folder to run.", DefaultValueFactory = _ => 8 };
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
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        CheckSameNetwork(checkpoint, modelPath);
        using var check = new ParityCheck(checkpoint, modelPath);
        foreach (byte[] pixels in images is null ? Generate(checkpoint.Spec) : Read(images, checkpoint.Spec, limit))
            check.Add(pixels);
        return check.Report();
    }

    private static void CheckSameNetwork(Checkpoint checkpoint, string modelPath)
    {
        using ModelSession session = ModelSession.Open(modelPath);
        if (session.Spec.ToJson() != checkpoint.Spec.ToJson())
        {
            throw new InvalidInputException(
                $"{modelPath} holds the network {session.Spec.Name} with another spec than {checkpoint.Path}; export the checkpoint again.");
        }
    }

    private static IEnumerable<byte[]> Generate(ModelSpec spec)
    {
        var random = new Random(0);
        for (int i = 0; i < GeneratedPictures; i++)
        {
            var pixels = new byte[spec.Input.Height * spec.Input.Width * spec.Input.Channels];
            random.NextBytes(pixels);
            yield return pixels;
        }
    }

    private static IEnumerable<byte[]> Read(string folder, ModelSpec spec, int limit)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder '{folder}'.");
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(PictureFormats.HasPictureName).Order(StringComparer.Ordinal).Take(limit),
        ];
        if (files.Length == 0)
            throw new InvalidInputException($"{folder} holds no pictures ({PictureFormats.Names}).");
        var preparation = new InputPreparation(spec);
        foreach (string file in files)
        {
            var pixels = new byte[preparation.ByteCount];
            preparation.Apply(PictureDecoder.DecodeFile(file), pixels);
            yield return pixels;
        }
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
            ? $"{report.Pictures} pictures; the first layer with a differing spike is {first}."
            : $"{report.Pictures} pictures; all spikes are equal.");
        Console.WriteLine(report.Passed ? "passed" : "failed");
    }

    private static string Share(double share) => share.ToString("0.######%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
