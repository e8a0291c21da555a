using System.Text.Json.Nodes;
using ScottPlot;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Training.Runs;

/// <summary>Losses and figures by epoch as a picture.</summary>
internal static class CurvesPlot
{
    private const int Width = 1000;
    private const int Height = 800;

    private static readonly string[] NoCurves = ["epoch", "seconds", "learning_rate"];

    /// <summary>Draws the lines of <c>metrics.jsonl</c>: losses above, figures below.</summary>
    public static void Write(string path, IReadOnlyList<JsonObject> lines)
    {
        EmbeddedFontResolver.Register();
        string[] names = [.. lines.SelectMany(line => line.Select(pair => pair.Key)).Distinct().Except(NoCurves)];
        var plot = new Multiplot();
        plot.AddPlots(2);
        Draw(plot.GetPlot(0), "loss", lines, [.. names.Where(name => name.StartsWith("loss_", StringComparison.Ordinal))]);
        Draw(plot.GetPlot(1), "validation", lines, [.. names.Where(name => !name.StartsWith("loss_", StringComparison.Ordinal))]);
        AtomicFile.WriteAllBytes(path, plot.Render(Width, Height).GetImageBytes(ImageFormat.Png));
    }

    private static void Draw(Plot plot, string title, IReadOnlyList<JsonObject> lines, string[] names)
    {
        plot.Add.Palette = new ScottPlot.Palettes.Category20();
        foreach (string name in names)
        {
            JsonObject[] with = [.. lines.Where(line => line.ContainsKey(name))];
            var curve = plot.Add.Scatter(
                with.Select(line => (double)line["epoch"]!).ToArray(), with.Select(line => (double)line[name]!).ToArray());
            curve.LegendText = name;
        }

        plot.Title(title);
        plot.XLabel("epoch");
        plot.ShowLegend(Edge.Right);
        plot.Axes.AutoScale();
    }
}
