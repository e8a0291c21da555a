using System.Text.Json.Nodes;
using ScottPlot;
using ScottPlot.MultiplotLayouts;
using SpikingDetector.Charts;
using SpikingDetector.Training.Monitoring;

namespace SpikingDetector.Training.Runs;

/// <summary>Loss, validation figures, gradient norms and learning rate over the epochs as a picture.</summary>
internal static class CurvesPlot
{
    private const int Width = 1300;
    private const int Height = 800;

    /// <summary>Losses and norms whose largest value is more than so many times the smallest are drawn logarithmically.</summary>
    private const double LinearRange = 20;

    private const double Margin = 1.03;

    /// <summary>More points than this are drawn as a line without dots.</summary>
    private const int MostDots = 40;

    /// <summary>From so many lines within each epoch on they are drawn instead of the epochs' own.</summary>
    private const int LinesWithin = 4;

    private static readonly (string Title, string Group, string? Only, bool MayBeLogarithmic)[] Panels =
    [
        ("training loss", "loss", null, true),
        ("validation", "validation", null, false),
        ("gradient norm", "gradient_norm", null, true),
        ("learning rate", "rate", MetricNames.LearningRate, false),
    ];

    /// <summary>Draws the lines of <c>metrics.jsonl</c> as PNG.</summary>
    /// <param name="lines">In their order.</param>
    /// <param name="batchesPerEpoch">How many steps are an epoch of the horizontal axis.</param>
    public static byte[] Draw(IReadOnlyList<JsonObject> lines, int batchesPerEpoch)
    {
        EmbeddedFontResolver.Register();

        // A whole epoch's mean lags behind the means within it: where there are enough of those, they are drawn alone.
        bool within = lines.Count(line => line.ContainsKey(MetricNames.Iteration)) > LinesWithin * lines.Count(line => !line.ContainsKey(MetricNames.Iteration));
        ILookup<string, Point> points = lines
            .SelectMany(line => MetricNames.Scalars(line)
                .Select(scalar => (Tag: scalar.Tag.Split('/', 2), scalar.Value))
                .Where(scalar => scalar.Value >= 0) // COCO's −1: there are no such objects.
                .Where(scalar => !within || scalar.Tag[0] == "validation" || line.ContainsKey(MetricNames.Iteration))
                .Select(scalar => new Point(
                    scalar.Tag[0], scalar.Tag[1], line[MetricNames.Step]!.GetValue<long>() / (double)batchesPerEpoch, scalar.Value)))
            .ToLookup(point => point.Group);
        var plot = new Multiplot { Layout = new Grid(2, 2) };
        plot.AddPlots(Panels.Length);
        double end = lines.Count == 0 ? 1 : lines[^1][MetricNames.Step]!.GetValue<long>() / (double)batchesPerEpoch;
        foreach ((int index, (string title, string group, string? only, bool mayBeLogarithmic)) in Panels.Index())
            DrawPanel(plot.GetPlot(index), title, [.. points[group].Where(point => only is null || point.Name == only)], mayBeLogarithmic, end);
        return plot.Render(Width, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void DrawPanel(Plot plot, string title, Point[] points, bool mayBeLogarithmic, double end)
    {
        double[] positive = [.. points.Select(point => point.Value).Where(value => value > 0)];
        bool logarithmic = mayBeLogarithmic && positive.Length > 0 && positive.Max() > LinearRange * positive.Min();
        IGrouping<string, Point>[] curves = [.. points.GroupBy(point => point.Name)];
        plot.Add.Palette = curves.Length <= 10 ? new ScottPlot.Palettes.Category10() : new ScottPlot.Palettes.Category20();
        foreach (IGrouping<string, Point> curve in curves)
        {
            Point[] drawn = [.. curve.Where(point => !logarithmic || point.Value > 0)];
            var line = plot.Add.Scatter(
                drawn.Select(point => point.Epoch).ToArray(),
                drawn.Select(point => logarithmic ? Math.Log10(point.Value) : point.Value).ToArray());
            line.LegendText = curve.Key.Replace('_', ' ');
            line.LineWidth = 1.5f;
            line.MarkerSize = drawn.Length > MostDots ? 0 : 5;
        }

        plot.Title(title);
        plot.XLabel("epoch");
        if (curves.Length > 1)
            plot.ShowLegend(Edge.Right);
        else
            plot.HideLegend();
        if (logarithmic)
            plot.Axes.Left.TickGenerator = LogarithmicTicks.Create();

        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, end * Margin);
        if (title == "validation")
            plot.Axes.SetLimitsY(0, positive.Length == 0 ? 1 : positive.Max() * Margin);
    }

    private readonly record struct Point(string Group, string Name, double Epoch, double Value);
}
