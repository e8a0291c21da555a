using System.Globalization;
using Spectre.Console;
using SpikingDetector.Training.Parity;

namespace SpikingDetector.Training.Commands;

/// <summary>A report of <c>verify</c> for people.</summary>
internal static class VerifyTable
{
    public static void Write(IAnsiConsole console, ParityReport report)
    {
        if (report.Comparisons[0].Layers.Count > 0)
            console.Write(Layers(report));
        console.Write(Outputs(report));
        foreach (ComparisonReport comparison in report.Comparisons)
            console.WriteLine(Verdict(comparison));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Precision}, {report.Inputs} inputs: {(report.Passed ? "passed" : "failed")}"));
    }

    private static Table Layers(ParityReport report)
    {
        Table table = NewTable("differing spikes of", [.. report.Comparisons.Select(comparison => $"against the {comparison.Against}")]);
        foreach ((int i, (string layer, _)) in report.Comparisons[0].Layers.Index())
            table.AddRow([Markup.Escape(layer), .. report.Comparisons.Select(comparison => Share(comparison.Layers[i].Share, comparison.Limits.Spikes))]);
        table.AddRow(["at most", .. report.Comparisons.Select(comparison => Percent(comparison.Limits.Spikes))]);
        return table;
    }

    private static Table Outputs(ParityReport report)
    {
        Table table = NewTable("difference of", "against the", "largest", "mean", "at most");
        foreach (ComparisonReport comparison in report.Comparisons)
        {
            foreach (OutputDifference output in comparison.Outputs)
            {
                table.AddRow(
                    output.Name,
                    comparison.Against,
                    output.Passed ? Number(output.Largest) : $"[red]{Number(output.Largest)}[/]",
                    Number(output.Mean),
                    output.Limit is { } limit ? Number(limit) : "");
            }

            if (comparison.Unmatched is { } unmatched)
                table.AddRow("unmatched detections", comparison.Against, Share(unmatched, comparison.Limits.Unmatched), "", Percent(comparison.Limits.Unmatched));
        }

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
            { FirstFailing: { } failing } => $"the first layer with a differing spike is {comparison.FirstDeparting}, with more than the limit {failing}",
            _ => $"the first layer with a differing spike is {comparison.FirstDeparting}, none has more than the limit",
        };
        return $"Against the {comparison.Against}: {(comparison.Passed ? "passed" : "failed")}; {spikes}.";
    }

    private static string Share(double share, double limit) => share <= limit ? Percent(share) : $"[red]{Percent(share)}[/]";

    private static string Percent(double share) => share.ToString("0.####%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
