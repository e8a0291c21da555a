using System.Globalization;
using Spectre.Console;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Commands;

/// <summary>What 8-bit numbers cost each layer, as a table.</summary>
internal static class QuantizationReport
{
    private const int FileWidth = 160;

    public static void Print(IReadOnlyList<QuantizedLayer> layers, TextWriter output)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("layer"));
        table.AddColumn(new TableColumn("step").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("zero").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("rounding").NoWrap());
        foreach (QuantizedLayer layer in layers)
        {
            table.AddRow(
                Markup.Escape(layer.Name),
                layer.Scale is { } scale ? Format($"{scale.Scale:0.####}") : "float32",
                Format($"{layer.Scale?.ZeroPoint}"),
                layer.Flipped is { } flipped
                    ? Format($"{flipped:P2} of spikes differ, membrane {layer.Membrane}")
                    : Format($"{layer.SignalToNoise:F1} dB"));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = FileWidth;
        console.Write(table);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
