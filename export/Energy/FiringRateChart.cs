using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using SpikingDetector.Charts;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Energy;

namespace SpikingDetector.Export.Energy;

/// <summary>The firing rates that energy is counted from as bars: one for each layer, the first on top.</summary>
internal static class FiringRateChart
{
    private const int Width = 1000;
    private const int RowHeight = 22;
    private const int Margins = 130;

    /// <summary>Room to the right of the longest bar for its number.</summary>
    private const double Margin = 1.12;

    private static readonly Color BlockColour = Color.FromHex("#1f77b4");
    private static readonly Color ShortcutColour = Color.FromHex("#ff7f0e");

    /// <summary>Draws the layers that see spikes as PNG.</summary>
    /// <param name="title">The network and what it was measured on.</param>
    /// <param name="energy">At least one layer that sees spikes.</param>
    public static byte[] Draw(string title, NetworkEnergy energy)
    {
        EmbeddedFontResolver.Register();
        LayerEnergy[] layers = [.. energy.Layers.Where(layer => layer.InputRate is not null)];
        double longest = Math.Max(layers.Max(layer => layer.InputRate!.Value), 0.01);
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("spikes that enter a layer, per element and step (orange: 1×1 shortcuts)");
        Bar[] bars = [.. layers.Select((layer, row) => new Bar
        {
            Position = layers.Length - 1 - row,
            Value = layer.InputRate!.Value,
            Orientation = Orientation.Horizontal,
            FillColor = layer.Cost.Part == NetworkPart.Shortcuts ? ShortcutColour : BlockColour,
            LineWidth = 0,
            Size = 0.7,
            Label = layer.InputRate!.Value.ToString("0.000", CultureInfo.InvariantCulture),
        })];
        plot.Add.Bars(bars).Horizontal = true;
        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. layers.Select((_, row) => (double)(layers.Length - 1 - row))], [.. layers.Select(layer => layer.Cost.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(0, longest * Margin, -0.6, layers.Length - 0.4);
        plot.Grid.YAxisStyle.IsVisible = false;
        return plot.GetImage(Width, RowHeight * layers.Length + Margins).GetImageBytes(ImageFormat.Png);
    }
}
