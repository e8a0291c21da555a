using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Commands;

/// <summary>Figures as tables for people.</summary>
internal static class Report
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["AP"] = "average precision, overlap 0.50 to 0.95",
        ["AP50"] = "overlap 0.50",
        ["AP75"] = "overlap 0.75",
        ["APs"] = "objects below 32² pixels",
        ["APm"] = "objects from 32² to 96² pixels",
        ["APl"] = "objects above 96² pixels",
        ["AR1"] = "average recall, 1 detection a picture",
        ["AR10"] = "10 detections a picture",
        ["AR100"] = "100 detections a picture",
        ["ARs"] = "objects below 32² pixels",
        ["ARm"] = "objects from 32² to 96² pixels",
        ["ARl"] = "objects above 96² pixels",
    };

    public static void Write(TextWriter output, CocoMetrics metrics, IReadOnlyList<Category> categories)
    {
        Table figures = CreateTable("", "value", "");
        foreach ((string name, double value) in metrics.Figures)
            figures.AddRow(name, Format(value), Meanings[name]);

        var names = categories.DistinctBy(category => category.Id).ToDictionary(category => category.Id, category => category.Name);
        Table perCategory = CreateTable("category", "AP", "id");
        foreach ((int id, double value) in metrics.Categories)
            perCategory.AddRow(Markup.Escape(names[id]), Format(value), id.ToString(CultureInfo.InvariantCulture));

        IAnsiConsole console = CreateConsole(output);
        console.Write(figures);
        console.Write(perCategory);
    }

    public static void Write(TextWriter output, Evaluation.Accuracy accuracy)
    {
        Table table = CreateTable("", "value", "");
        table.AddRow("top1", Format(accuracy.Top1), "share whose class is the most probable");
        table.AddRow("top5", Format(accuracy.Top5), "share whose class is among the five most probable");
        CreateConsole(output).Write(table);
    }

    private static Table CreateTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
            table.AddColumn(column);
        table.Columns[1].RightAligned();
        return table;
    }

    // COCO's figures are −1 where there is nothing to measure.
    private static string Format(double value) => value < 0 ? "none" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static IAnsiConsole CreateConsole(TextWriter output) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
}
