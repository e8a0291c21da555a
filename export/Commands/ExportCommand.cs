using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Data;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Inspection;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Commands;

/// <summary><c>export CHECKPOINT --output MODEL.onnx</c></summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "The .safetensors file of a trained network." };
        var output = new Option<string>("--output", "-o") { Description = "The ONNX file to write.", Required = true };
        var precision = new Option<string>("--precision")
        {
            Description = $"Number format of weights and activations: {ExportPrecisions.Names}; float16 is for GPUs.",
            DefaultValueFactory = _ => ExportPrecision.Float32.Name(),
        };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "A folder of pictures like those that the network will see; int8 chooses its scales by at most 64 of them.",
        };
        var time = new Option<string?>("--time")
        {
            Description = "Where the time steps lie: folded (into the batch of one node for each layer) or apart (a node for each); what is faster unless given.",
        };
        time.AcceptOnlyFromAmong("folded", "apart");
        var without = new Option<string[]>("--without")
        {
            Description = $"A graph pass to leave out, to see what it is worth; may be repeated: {GraphPassNames.All}.",
            DefaultValueFactory = _ => [],
        };
        var height = new Option<int?>("--height")
        {
            Description = "Rows of the input, where the file is to take another number than the network was trained for; multiples of 32 (event networks: 128).",
        };
        var width = new Option<int?>("--width") { Description = "Positions of an input's row; the same rule." };
        var operatorSet = new Option<int>("--opset")
        {
            Description = $"Version of ONNX's operators, {OperatorSets.Oldest} to {OperatorSets.Newest}: an older one for programs that do not read the newest.",
            DefaultValueFactory = _ => OperatorSets.Newest,
        };
        var batch = new Option<int?>("--batch") { Description = "Fix the number of pictures of a run; free unless given." };
        var rawHeads = new Option<bool>("--raw-heads")
        {
            Description = "Also put out cls_logits and bbox_regression (detectors).",
        };
        var activity = new Option<bool>("--activity")
        {
            Description = "Also put out firing_rates, the mean spikes of each neuron layer, and input_rates, those that each convolution sees, "
                + "which energy is counted from (spiking networks).",
        };
        var command = new Command("export", "Write a checkpoint as an ONNX file that any ONNX Runtime can run.")
        {
            checkpoint, output, precision, calibration, time, without, operatorSet, height, width, batch, rawHeads, activity,
        };
        command.AddExample(
            "dotnet run --project export -- export runs/cells/best.safetensors --output models/cells.onnx",
            "Pixels in, boxes out, any number of pictures at a time");
        command.AddExample(
            "dotnet run --project export -- export runs/cells/best.safetensors --output cells.onnx --batch 1 --activity",
            "One picture at a time, and how often each layer fires");
        command.AddExample(
            "dotnet run --project export -- export runs/cells/best.safetensors --output cells-int8.onnx --precision int8 --calibration cells/train",
            "The fastest form; its scales are chosen by pictures that the network was trained on");
        command.AddExample(
            "dotnet run --project export -- export runs/cells/best.safetensors --output cells640.onnx --height 640 --width 640",
            "Pictures of 640 by 640 pixels, whatever size the network was trained on");
        command.SetAction(parsed =>
        {
            var options = new ExportOptions
            {
                Precision = ExportPrecisions.Parse(parsed.GetRequiredValue(precision)),
                CalibrationFolder = parsed.GetValue(calibration),
                FoldTime = parsed.GetValue(time) is { } place ? place == "folded" : null,
                Passes = GraphPassNames.Without(parsed.GetRequiredValue(without)),
                Height = parsed.GetValue(height),
                Width = parsed.GetValue(width),
                OperatorSet = parsed.GetValue(operatorSet),
                Batch = parsed.GetValue(batch),
                RawHeads = parsed.GetValue(rawHeads),
                Activity = parsed.GetValue(activity),
            };
            Run(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(output), options, parsed.InvocationConfiguration);
        });
        return command;
    }

    private static void Run(string checkpointPath, string outputPath, ExportOptions options, InvocationConfiguration streams)
    {
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        if (Path.GetFullPath(outputPath) == Path.GetFullPath(checkpointPath))
            throw new InvalidInputException($"{outputPath} is the checkpoint itself; give the ONNX file another name.");

        ExportResult result = options.Precision == ExportPrecision.Int8
            ? ProgressLine.Run(streams.Error, "calibration", 100, report =>
                OnnxExporter.ExportWithReport(checkpoint, options, (done, total) => report(100 * done / total)))
            : OnnxExporter.ExportWithReport(checkpoint, options);
        ModelProto model = result.Model;
        AtomicFile.Write(outputPath, model.WriteTo);
        Describe(checkpoint, outputPath, options, model, streams.Output);
        if (result.Layers.Count > 0)
            QuantizationReport.Print(result.Layers, streams.Output);
    }

    private static void Describe(Checkpoint checkpoint, string path, ExportOptions options, ModelProto model, TextWriter output)
    {
        double megabytes = model.CalculateSize() / 1e6;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {checkpoint.Spec.Name}, {options.Precision.Name()}, {megabytes:0.0} MB, {model.Graph.Node.Count} nodes, "
            + $"{model.Graph.Initializer.Count} constants, operator set {model.OpsetImport[0].Version}, IR version {model.IrVersion}"));
        foreach (ValueInfoProto input in model.Graph.Input)
            output.WriteLine($"  input   {ValueText.Of(input)}");
        foreach (ValueInfoProto value in model.Graph.Output)
            output.WriteLine($"  output  {ValueText.Of(value)}");
        output.WriteLine($"  metadata  {string.Join(", ", model.MetadataProps.Select(entry => entry.Key))}");
    }
}
