using System.Globalization;
using Spectre.Console;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Commands;

/// <summary>A report of <c>verify</c> for people.</summary>
internal static class VerifyTable
{
    public static void Write(IAnsiConsole console, ParityReport report)
    {
        foreach (ComparisonReport comparison in report.Comparisons)
        {
            console.WriteLine($"Against the {comparison.Against}:");
            if (comparison.Layers.Count > 0)
                console.Write(Layers(comparison));
            console.Write(Outputs(comparison));
            console.WriteLine(Verdict(comparison));
            console.WriteLine();
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Precision}, {report.Inputs} inputs: {(report.Passed ? "passed" : "failed")}"));
    }

    private static Table Layers(ComparisonReport comparison)
    {
        Table table = NewTable("differing spikes of", "together", "alone", "at most");
        foreach (LayerDifference layer in comparison.Layers)
        {
            table.AddRow(
                Markup.Escape(layer.Name),
                Percent(layer.Together),
                Marked(Percent(layer.Alone), layer.Alone > comparison.Limits.Spikes),
                Percent(comparison.Limits.Spikes));
        }

        return table;
    }

    private static Table Outputs(ComparisonReport comparison)
    {
        Table table = NewTable("difference of", "largest", "mean", "at most", "alone", "at most");
        foreach (OutputDifference output in comparison.Outputs)
        {
            table.AddRow(
                output.Name,
                Number(output.Largest),
                Marked(Number(output.Mean), output.Mean > output.MeanLimit),
                Limit(output.MeanLimit),
                Marked(Number(output.Alone), output.Alone > output.AloneLimit),
                Limit(output.AloneLimit));
        }

        if (comparison.Unmatched is { } share)
            table.AddRow("unmatched detections", "", Marked(Percent(share), share > comparison.Limits.Unmatched), Percent(comparison.Limits.Unmatched), "", "");
        return table;
    }

    private static Table NewTable(string first, params string[] others)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (string column in others)
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }

    private static string Verdict(ComparisonReport comparison)
    {
        string spikes = comparison switch
        {
            { Layers.Count: 0 } => "no spikes",
            { FirstDeparting: null } => "all spikes are equal",
            { FirstFailing: { } failing } => $"spikes differ from {comparison.FirstDeparting} on, and first above the limit in {failing}",
            _ => $"spikes differ from {comparison.FirstDeparting} on, nowhere above the limit",
        };
        return $"{(comparison.Passed ? "Passed" : "Failed")}; {spikes}.";
    }

    private static string Marked(string text, bool failed) => failed ? $"[red]{text}[/]" : text;

    private static string Limit(double? limit) => limit is { } value ? Number(value) : "";

    private static string Percent(double share) => share.ToString("0.####%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
