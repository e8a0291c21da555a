using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using SpikingDetector.Inference;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Inspection;

/// <summary>A file's summary for people and for programs.</summary>
internal static class SummaryReport
{
    private const int LabelWidth = 12;

    /// <summary>One object; what the file does not have is null or empty.</summary>
    public static JsonObject ToJson(ModelSummary summary) => new()
    {
        ["bytes"] = summary.Bytes,
        ["description"] = summary.Description,
        ["producer"] = summary.Producer,
        ["network"] = summary.Spec is { } spec ? NetworkText.Of(spec) : null,
        ["parameters"] = summary.Parameters,
        ["metadata"] = new JsonObject(summary.Metadata.Select(entry => KeyValuePair.Create(entry.Key, ParseValue(entry.Value)))),
        ["ir_version"] = summary.IrVersion,
        ["operator_sets"] = new JsonObject(summary.OperatorSets.Select(set => KeyValuePair.Create<string, JsonNode?>(set.Domain, set.Version))),
        ["inputs"] = new JsonArray([.. summary.Inputs.Select(ToJson)]),
        ["outputs"] = new JsonArray([.. summary.Outputs.Select(ToJson)]),
        ["nodes"] = summary.NodeCount,
        ["operators"] = new JsonObject(summary.Operators.Select(count => KeyValuePair.Create<string, JsonNode?>(count.Operator, count.Nodes))),
        ["constants"] = new JsonObject(summary.Constants.Select(count => KeyValuePair.Create<string, JsonNode?>(
            count.Type, new JsonObject { ["tensors"] = count.Tensors, ["elements"] = count.Elements }))),
        ["quantised_layers"] = new JsonArray([.. summary.QuantisedLayers.Select(layer => JsonValue.Create(layer))]),
        ["half_layers"] = new JsonArray([.. summary.HalfLayers.Select(layer => JsonValue.Create(layer))]),
    };

    /// <summary>Lines and two tables.</summary>
    public static void Write(TextWriter output, ModelSummary summary)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Path}: {summary.Spec?.Name ?? "an ONNX file without a network of this project"}, {summary.Bytes / 1e6:0.00} MB"));
        Line("about", summary.Description);
        Line("network", summary.Spec is { } spec ? NetworkText.Of(spec) : summary.SpecProblem);
        Line("precision", summary.Metadata.GetValueOrDefault(ModelMetadata.PrecisionKey));
        Line("checkpoint", summary.Metadata.GetValueOrDefault(ModelMetadata.CheckpointKey) is { } sha ? $"SHA-256 {sha}" : null);
        Line("written by", $"{summary.Producer} {summary.Metadata.GetValueOrDefault(ModelMetadata.VersionKey)}".Trim());
        string sets = string.Join(", ", summary.OperatorSets.Select(set => $"{set.Domain} {set.Version}"));
        Line("format", string.Create(CultureInfo.InvariantCulture, $"operator set {sets}; IR version {summary.IrVersion}"));
        foreach (ValueInfoProto input in summary.Inputs)
            Line("input", ValueText.Of(input));
        foreach (ValueInfoProto value in summary.Outputs)
            Line("output", ValueText.Of(value));
        Line("parameters", summary.Parameters is { } parameters ? Format(parameters) : null);
        foreach ((string key, string value) in summary.Metadata.Where(entry => !IsShown(entry.Key)))
            Line("metadata", $"{key}: {value}");
        Line("8 bits", QuantisedText(summary));
        Line("16 bits", summary.HalfLayers.Count > 0 ? LayersText(summary.HalfLayers, "float16") : null);

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        Table constants = CreateTable("constants", "tensors", "elements");
        foreach (ConstantCount count in summary.Constants)
            constants.AddRow(count.Type, Format(count.Tensors), Format(count.Elements));
        console.Write(constants);
        Table operators = CreateTable("operator", "nodes");
        foreach ((string name, int nodes) in summary.Operators)
            operators.AddRow(Markup.Escape(name), Format(nodes));
        operators.AddRow("all", Format(summary.NodeCount));
        console.Write(operators);

        void Line(string label, string? text)
        {
            if (!string.IsNullOrEmpty(text))
                output.WriteLine($"  {label.PadRight(LabelWidth)}{text.ReplaceLineEndings(" ")}");
        }
    }

    private static string QuantisedText(ModelSummary summary) => summary.QuantisedLayers.Count == 0
        ? "no weights are quantised"
        : LayersText(summary.QuantisedLayers, "8 bits");

    private static string LayersText(IReadOnlyList<string> layers, string type) =>
        $"{Format(layers.Count)} layers have weights of {type}: {string.Join(", ", layers)}";

    /// <summary>Whether another line says it.</summary>
    private static bool IsShown(string key) =>
        key is ModelMetadata.SpecKey or ModelMetadata.PrecisionKey or ModelMetadata.CheckpointKey or ModelMetadata.VersionKey;

    private static JsonObject ToJson(ValueInfoProto value) => new()
    {
        ["name"] = value.Name,
        ["type"] = value.Type?.TensorType is { } tensor ? ValueText.TypeName(tensor.ElemType) : null,
        ["shape"] = value.Type?.TensorType is { } sides ? new JsonArray([.. ValueText.Sides(sides).Select(Side)]) : null,
    };

    private static JsonNode Side(string side) =>
        long.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? JsonValue.Create(length) : JsonValue.Create(side);

    /// <summary>Objects and lists as what they are, all else as text.</summary>
    private static JsonNode? ParseValue(string text)
    {
        if (!text.StartsWith('{') && !text.StartsWith('['))
            return text;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static Table CreateTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
            table.AddColumn(column);
        foreach (TableColumn column in table.Columns.Skip(1))
            column.RightAligned();
        return table;
    }

    private static string Format(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
