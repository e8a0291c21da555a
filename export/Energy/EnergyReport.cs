using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Energy;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Energy;

/// <summary>A network's operations and energy for people and for programs.</summary>
/// <param name="path">The ONNX file.</param>
/// <param name="spec">Its network.</param>
/// <param name="energy">What was counted.</param>
/// <param name="inputs">How many pictures or recordings the rates are means of; 0 where none had to be run.</param>
internal sealed class EnergyReport(string path, ModelSpec spec, NetworkEnergy energy, int inputs)
{
    /// <summary>Wide enough for the table where the output is no terminal.</summary>
    private const int FileWidth = 200;

    /// <summary>The network, and what its rates were measured on.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"{spec.Name}, T = {spec.Backbone.TimeSteps}, {(inputs > 0 ? $"{inputs} {InputName}" : "no spikes to measure")}");

    private string InputName => (spec.Input is EventInputSpec ? "recording" : "picture") + (inputs == 1 ? "" : "s");

    /// <summary>One object; figures are of one input.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = spec.Name,
        ["inputs"] = inputs,
        ["time_steps"] = spec.Backbone.TimeSteps,
        ["pj_per_mac"] = OperationEnergy.Mac,
        ["pj_per_ac"] = OperationEnergy.Ac,
        ["layers"] = new JsonArray([.. energy.Layers.Select(ToJson)]),
        ["parts"] = new JsonObject(energy.Parts.Select(part => KeyValuePair.Create<string, JsonNode?>(NameOf(part), ToJson(energy.Of(part))))),
        ["without_shortcuts"] = ToJson(energy.WithoutShortcuts),
        ["with_shortcuts"] = ToJson(energy.WithShortcuts),
    };

    /// <summary>Tables of the layers and of the sums.</summary>
    public void Write(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = FileWidth;
        output.WriteLine($"{path}: {Title}; operations and energy of one input");
        console.Write(LayerTable());
        console.Write(SumTable());
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A MAC takes {OperationEnergy.Mac} pJ, an AC {OperationEnergy.Ac} pJ (Zhang et al. 2023, Eqs. 18 and 19). ACs = rate in · multiply-adds · steps."));
        output.WriteLine("The ordinary network: the same layers at one step on real numbers, without the decoder.");
    }

    private Table LayerTable()
    {
        Table table = CreateTable("layer", "part", "output", "rate in", "MACs", "ACs", "pJ", "ordinary MACs", "ordinary pJ");
        foreach (LayerEnergy layer in energy.Layers)
        {
            LayerCost cost = layer.Cost;
            table.AddRow(
                Markup.Escape(cost.Name),
                NameOf(cost.Part),
                string.Create(CultureInfo.InvariantCulture, $"{cost.Channels}×{cost.Height}×{cost.Width}"),
                layer.InputRate is { } rate ? rate.ToString("0.0000", CultureInfo.InvariantCulture) : "real",
                Operations(layer.Count.Macs),
                Operations(layer.Count.Acs),
                Picojoules(layer.Count.Picojoules),
                Operations(layer.Count.AnnMacs),
                Picojoules(layer.Count.AnnPicojoules));
        }

        return table;
    }

    private Table SumTable()
    {
        Table table = CreateTable("sum of", "MACs", "ACs", "pJ", "ordinary MACs", "ordinary pJ", "ordinary takes");
        foreach (NetworkPart part in energy.Parts)
            AddSum(table, NameOf(part), energy.Of(part));
        table.AddEmptyRow();
        AddSum(table, "all without shortcuts, as the paper counts", energy.WithoutShortcuts);
        AddSum(table, "all with shortcuts", energy.WithShortcuts);
        return table;
    }

    private static void AddSum(Table table, string name, OperationCount count) => table.AddRow(
        name,
        Operations(count.Macs),
        Operations(count.Acs),
        Picojoules(count.Picojoules),
        Operations(count.AnnMacs),
        Picojoules(count.AnnPicojoules),
        count.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0} times") : "");

    private static Table CreateTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (TableColumn column in table.Columns.Skip(columns.Contains("part") ? 2 : 1))
            column.RightAligned();
        return table;
    }

    private static JsonObject ToJson(LayerEnergy layer)
    {
        var node = new JsonObject
        {
            ["name"] = layer.Cost.Name,
            ["part"] = NameOf(layer.Cost.Part),
            ["output"] = new JsonArray(layer.Cost.Channels, layer.Cost.Height, layer.Cost.Width),
            ["runs"] = layer.Cost.Runs,
            ["firing_rate"] = layer.InputRate,
        };
        foreach ((string key, JsonNode? value) in Figures(layer.Count))
            node[key] = value;
        return node;
    }

    private static JsonObject ToJson(OperationCount count) => new(Figures(count)) { ["ratio"] = count.Ratio };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Figures(OperationCount count) =>
    [
        new("macs", count.Macs),
        new("acs", count.Acs),
        new("pj", count.Picojoules),
        new("ann_macs", count.AnnMacs),
        new("ann_pj", count.AnnPicojoules),
    ];

    private static string NameOf(NetworkPart part) => part.ToString().ToLowerInvariant();

    private static string Operations(double count) => count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Picojoules(double energy) => energy == 0 ? "" : energy.ToString("0.000e0", CultureInfo.InvariantCulture);
}
