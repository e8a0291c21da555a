using System.Globalization;
using System.Text.Json.Nodes;
using ScottPlot;
using ScottPlot.TickGenerators;
using SpikingDetector.Charts;
using SpikingDetector.Training.Monitoring;

namespace SpikingDetector.Training.Runs;

/// <summary>Firing rates as a map: a row for each neuron layer, the first on top, a column for each measurement.</summary>
internal static class FiringRatesPlot
{
    private const int Width = 1100;
    private const int RowHeight = 17;
    private const int Margins = 130;
    private const int LeastHeight = 320;
    private const int MostColumns = 250;
    private const int MostTicks = 12;

    /// <summary>Rates above it have one colour; working layers stay well below.</summary>
    private const double TopRate = 0.5;

    /// <summary>Draws the firing rates in the lines of <c>metrics.jsonl</c> as PNG; null where there are none.</summary>
    /// <param name="lines">In their order.</param>
    /// <param name="batchesPerEpoch">How many steps are an epoch of the horizontal axis.</param>
    public static byte[]? Draw(IReadOnlyList<JsonObject> lines, int batchesPerEpoch)
    {
        JsonObject[] columns = Thin([.. lines.Where(line => line.ContainsKey(MetricNames.FiringRates))]);
        if (columns.Length == 0)
            return null;
        EmbeddedFontResolver.Register();
        string[] layers = [.. columns[^1][MetricNames.FiringRates]!.AsObject().Select(pair => pair.Key)];
        using var plot = new Plot();
        plot.Title("firing rates (spikes per neuron and step; red: the layer is dead)");
        plot.XLabel("epoch");

        var rates = new double[layers.Length, columns.Length];
        for (int row = 0; row < layers.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                double rate = Rate(columns[column], layers[row]);
                rates[row, column] = rate < TrainingHealth.DeadRate ? 0 : rate;
            }
        }

        var map = plot.Add.Heatmap(rates);
        map.Colormap = new DeadIsRed();
        map.ManualRange = new ScottPlot.Range(0, TopRate);
        plot.Add.ColorBar(map);

        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. layers.Select((_, row) => (double)(layers.Length - 1 - row))],
            [.. layers.Select(layer => string.Create(CultureInfo.InvariantCulture, $"{layer}  {Rate(columns[^1], layer):0.000}"))]);
        int every = (columns.Length + MostTicks - 1) / MostTicks;
        int[] ticks = [.. Enumerable.Range(0, columns.Length).Where(column => (columns.Length - 1 - column) % every == 0)];
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. ticks.Select(column => (double)column)],
            [.. ticks.Select(column => (columns[column][MetricNames.Step]!.GetValue<long>() / (double)batchesPerEpoch)
                .ToString("0.##", CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(-0.5, columns.Length - 0.5, -0.5, layers.Length - 0.5);
        plot.HideGrid();
        return plot.GetImage(Width, Math.Max(LeastHeight, RowHeight * layers.Length + Margins)).GetImageBytes(ImageFormat.Png);
    }

    private static double Rate(JsonObject line, string layer) => line[MetricNames.FiringRates]![layer]!.GetValue<double>();

    /// <summary>Every so many of the lines, the last among them.</summary>
    private static JsonObject[] Thin(JsonObject[] lines)
    {
        int every = (lines.Length + MostColumns - 1) / MostColumns;
        return every <= 1 ? lines : [.. lines.Where((_, index) => (lines.Length - 1 - index) % every == 0)];
    }

    private sealed class DeadIsRed : IColormap
    {
        private readonly ScottPlot.Colormaps.Viridis _alive = new();

        public string Name => "Viridis with red for nothing";

        public Color GetColor(double position) => position > 0 ? _alive.GetColor(position) : Colors.Red;
    }
}
