using ScottPlot;
using ScottPlot.TickGenerators;
using SpikingDetector.Charts;

namespace SpikingDetector.Training.Studies;

/// <summary>Norms of the gradients along networks, logarithmic: a panel for each depth, a line for each network.</summary>
internal static class GradientChart
{
    private const int PanelWidth = 620;
    private const int Height = 480;

    /// <summary>Draws the means over the seeds as PNG.</summary>
    public static byte[] Draw(IReadOnlyList<GradientProfile> profiles)
    {
        EmbeddedFontResolver.Register();
        int[] depths = [.. profiles.Select(profile => profile.Depth).Distinct().Order()];
        var plot = new Multiplot { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        plot.AddPlots(depths.Length);
        double[] logarithms = [.. profiles.SelectMany(profile => profile.Norms).Where(norm => norm > 0).Select(Math.Log10)];
        foreach ((int index, int depth) in depths.Index())
        {
            Plot panel = plot.GetPlot(index);
            foreach ((int colour, Variant variant) in GradientStudy.Variants.Index())
            {
                GradientProfile[] own = [.. profiles.Where(profile => profile.Depth == depth && profile.Variant == variant)];
                double[] means = [.. own[0].Norms.Select((_, block) => own.Average(profile => profile.Norms[block]))];
                int[] drawn = [.. Enumerable.Range(0, means.Length).Where(block => means[block] > 0)];
                var line = panel.Add.Scatter(drawn.Select(block => (double)block).ToArray(), drawn.Select(block => Math.Log10(means[block])).ToArray());
                line.Color = new ScottPlot.Palettes.Category10().GetColor(colour);
                line.LegendText = variant.Title;
                line.LineWidth = 2;
                line.MarkerSize = 4;
            }

            panel.Title($"{depth} layers");
            panel.XLabel("block (0: the network's first convolution)");
            panel.YLabel("gradient norm");
            panel.Axes.Left.TickGenerator = LogarithmicTicks.Create();
            panel.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
            panel.Axes.AutoScale();
            panel.Axes.SetLimitsY(logarithms.Min() - 0.1, logarithms.Max() + 0.1);
            if (index == 0)
                panel.ShowLegend(Alignment.UpperRight);
            else
                panel.HideLegend();
        }

        return plot.Render(PanelWidth * depths.Length, Height).GetImageBytes(ImageFormat.Png);
    }
}
