using System.CommandLine;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Energy;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Energy;
using SpikingDetector.Export.Inspection;
using SpikingDetector.Inference;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Commands;

/// <summary><c>energy MODEL.onnx --images DIR [--limit N] [--chart FILE.png] [--json]</c></summary>
internal static class EnergyCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "An ONNX file that the export command wrote." };
        var images = new Option<string>("--images")
        {
            Description = "A folder of pictures, or of event data for an event network, that the firing rates are measured on; of a data "
                + "folder with splits the validation split.",
            Required = true,
        };
        var limit = new Option<int?>("--limit") { Description = "Run so many of the files, evenly spread over the folder; all unless given." };
        var chart = new Option<string?>("--chart") { Description = "Also draw the firing rates as a PNG file." };
        Option<bool> json = SharedOptions.Json();
        var command = new Command(
            "energy", "Count the operations and the energy of a network by its firing rates, beside those of the ordinary network.")
        {
            model, images, limit, chart, json,
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
                result.AddError("--limit must be at least 1.");
        });
        command.AddExample(
            "dotnet run --project export -- energy models/bccd-sg10.onnx --images tests/photos", "Energy of a detector on some photographs");
        command.AddExample(
            "dotnet run --project export -- energy cifar10.onnx --images cifar10/test --limit 1000 --chart rates.png",
            "Energy of a classifier on 1000 pictures, and its firing rates as a bar chart");
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(images),
                parsed.GetValue(limit),
                parsed.GetValue(chart),
                parsed.GetValue(json),
                parsed.InvocationConfiguration,
                cancellation),
            cancellation));
        return command;
    }

    private static void Run(
        string path, string folder, int? limit, string? chart, bool json, InvocationConfiguration console, CancellationToken cancellation)
    {
        ModelProto model = OnnxFile.Read(path);
        ModelSpec spec = ReadSpec(model, path);
        var takes = new EnergyModel(NetworkLayout.Of(spec));
        IReadOnlyList<SampleSource> samples = Spread(
            UnlabelledSamples.Find(folder, spec.Input is EventInputSpec ? ClassFileKind.Events : ClassFileKind.Pictures), limit);
        IReadOnlyList<string> layers = takes.SpikingLayers;
        if (layers.Count == 0 && chart is not null)
            throw new InvalidInputException($"{path} holds an ordinary network, which has no firing rates to draw: leave --chart away.");

        // An ordinary network does the same for every picture.
        NetworkEnergy energy = takes.Estimate(
            layers.Count == 0 ? [] : Measure(model, layers, path, spec.Name, samples, console.Error, cancellation));
        var report = new EnergyReport(path, spec, energy, layers.Count == 0 ? 0 : samples.Count);
        if (json)
            console.Output.WriteLine(report.ToJson().ToJsonString());
        else
            report.Write(console.Output);

        // Last, so that a file that cannot be written does not take the figures with it.
        if (chart is not null)
            AtomicFile.WriteAllBytes(chart, FiringRateChart.Draw(report.Title, energy));
    }

    private static IReadOnlyList<double> Measure(
        ModelProto model,
        IReadOnlyList<string> layers,
        string path,
        string name,
        IReadOnlyList<SampleSource> samples,
        TextWriter error,
        CancellationToken cancellation)
    {
        using var measurement = new RateMeasurement(model, layers, path);
        return ProgressLine.Run(error, name, samples.Count, progress => measurement.Run(samples, progress, cancellation));
    }

    private static ModelSpec ReadSpec(ModelProto model, string path) =>
        OnnxFile.Metadata(model, ModelMetadata.SpecKey) is { } spec
            ? ModelSpec.Parse(spec, $"{path}, metadata '{ModelMetadata.SpecKey}'")
            : throw new InvalidInputException(
                $"{path} is an ONNX file without '{ModelMetadata.SpecKey}' in its metadata, so it is not one of this project; "
                + "make one from a checkpoint with the export command.");

    /// <summary>Folders are sorted by class, so the first files alone would be of one class.</summary>
    private static IReadOnlyList<SampleSource> Spread(IReadOnlyList<SampleSource> samples, int? limit) => limit is { } count && count < samples.Count
        ? [.. Enumerable.Range(0, count).Select(i => samples[(int)((long)i * samples.Count / count)])]
        : samples;
}
