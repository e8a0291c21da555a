using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Provenance;

namespace SpikingDetector.Training.Commands;

/// <summary><c>describe SPEC_OR_CHECKPOINT [--json]</c></summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("network") { Description = "A model spec (.json) or a checkpoint (.safetensors)." };
        var json = new Option<bool>("--json") { Description = "Print parameters and multiply-adds as JSON." };
        var command = new Command(
            "describe", "List a network's layers, shapes, parameters and multiply-adds, and where a checkpoint comes from.") { network, json };
        command.AddExample("dotnet run --project training -- describe runs/cells/best.safetensors", "What is in a checkpoint");
        command.SetAction(parsed =>
        {
            (ModelSpec spec, IReadOnlyDictionary<string, string> metadata) = Read(parsed.GetRequiredValue(network));
            NetworkCost cost = NetworkCost.Of(NetworkLayout.Of(spec));
            if (parsed.GetValue(json))
            {
                parsed.InvocationConfiguration.Output.WriteLine(ToJson(cost));
                return;
            }

            Print(spec, cost);
            foreach (string line in CheckpointHistory.Lines(metadata))
                Console.WriteLine(line);
        });
        return command;
    }

    private static (ModelSpec Spec, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        if (Path.GetExtension(path) != ".safetensors")
            return (ModelSpec.Load(path), new Dictionary<string, string>());
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return (checkpoint.Spec, checkpoint.Metadata);
    }

    private static string ToJson(NetworkCost cost)
    {
        var macs = new JsonObject();
        foreach (NetworkPart part in Parts(cost))
            macs[part.ToString().ToLowerInvariant()] = cost.Macs(part);
        return new JsonObject { ["parameters"] = cost.Parameters, ["macs"] = macs }.ToJsonString();
    }

    private static IEnumerable<NetworkPart> Parts(NetworkCost cost) => Enum.GetValues<NetworkPart>()
        .Where(part => part is NetworkPart.Shortcuts or NetworkPart.Decoder || cost.Layers.Any(layer => layer.Part == part));

    private static void Print(ModelSpec spec, NetworkCost cost)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(spec.Name));
        table.AddColumn("layer");
        table.AddColumn("part");
        foreach (string column in (string[])["output", "parameters", "multiply-adds a run", "runs"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (LayerCost layer in cost.Layers)
        {
            table.AddRow(
                Markup.Escape(layer.Name),
                layer.Part.ToString().ToLowerInvariant(),
                string.Create(CultureInfo.InvariantCulture, $"{layer.Channels}×{layer.Height}×{layer.Width}"),
                Format(layer.Parameters),
                Format(layer.Macs),
                Format(layer.Runs));
        }

        table.AddEmptyRow();
        foreach (NetworkPart part in Parts(cost))
            AddSum(table, part.ToString().ToLowerInvariant(), cost.Layers.Where(layer => layer.Part == part));
        AddSum(table, "all", cost.Layers);
        AnsiConsole.Write(table);
        Console.WriteLine(
            "An input takes the multiply-adds of each layer as often as it runs; behind the stem they are additions that happen where a spike arrives.");
    }

    private static void AddSum(Table table, string name, IEnumerable<LayerCost> layers) =>
        table.AddRow(name, "", "", Format(layers.Sum(layer => layer.Parameters)), Format(layers.Sum(layer => layer.Macs)));

    private static string Format(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
