using ScottPlot;
using ScottPlot.TickGenerators;
using SpikingDetector.Charts;

namespace SpikingDetector.Training.Studies;

/// <summary>The figures of a study by epoch: a panel for each depth, a line for each network's mean, a band from least to most.</summary>
internal static class StudyCurves
{
    private const int PanelWidth = 620;
    private const int Height = 460;
    private const byte BandOpacity = 40;

    /// <summary>Draws the trainings that are over as PNG; null where there are none.</summary>
    public static byte[]? Draw(Study study, IReadOnlyList<RunResult> results)
    {
        RunResult[] drawn = [.. results.Where(result => result.Curve.Count > 0)];
        if (drawn.Length == 0)
            return null;
        EmbeddedFontResolver.Register();
        int[] depths = [.. drawn.Select(result => result.Run.Depth).Distinct().Order()];
        var plot = new Multiplot { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        plot.AddPlots(depths.Length);
        double top = drawn.Max(result => result.Curve.Max(point => point.Value)) * 100;
        foreach ((int index, int depth) in depths.Index())
        {
            Plot panel = plot.GetPlot(index);
            Variant[] variants = [study.Proposed, .. study.Others];
            foreach ((int colour, Variant variant) in variants.Index())
                Add(panel, variant.Title, new ScottPlot.Palettes.Category10().GetColor(colour), [.. drawn.Where(result => result.Run.Depth == depth && result.Run.Variant == variant)]);
            panel.Title($"{depth} layers");
            panel.XLabel("epoch");
            panel.YLabel(drawn[0].Run.MetricTitle);
            panel.ShowLegend(Alignment.LowerRight);
            panel.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
            panel.Axes.AutoScale();
            panel.Axes.SetLimitsY(0, top * 1.05);
        }

        return plot.Render(PanelWidth * depths.Length, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void Add(Plot panel, string title, Color colour, RunResult[] runs)
    {
        if (runs.Length == 0)
            return;
        (double Epoch, double[] Values)[] epochs =
        [
            .. runs.SelectMany(run => run.Curve)
                .GroupBy(point => point.Epoch, point => point.Value * 100)
                .OrderBy(group => group.Key)
                .Select(group => ((double)group.Key, group.ToArray())),
        ];
        double[] axis = [.. epochs.Select(epoch => epoch.Epoch)];
        if (runs.Length > 1)
        {
            var band = panel.Add.FillY(axis, [.. epochs.Select(epoch => epoch.Values.Min())], [.. epochs.Select(epoch => epoch.Values.Max())]);
            band.FillColor = colour.WithAlpha(BandOpacity);
            band.LineWidth = 0;
        }

        var line = panel.Add.Scatter(axis, [.. epochs.Select(epoch => epoch.Values.Average())]);
        line.Color = colour;
        line.LineWidth = 2;
        line.MarkerSize = 4;
        line.LegendText = title;
    }
}
