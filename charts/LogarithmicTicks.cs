using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SpikingDetector.Charts;

/// <summary>Ticks of an axis whose positions are decimal logarithms: a labelled one at each power of ten, small ones between.</summary>
public static class LogarithmicTicks
{
    public static ITickGenerator Create() => new NumericAutomatic
    {
        IntegerTicksOnly = true,
        LabelFormatter = exponent => Math.Pow(10, exponent).ToString("0.####E+0", CultureInfo.InvariantCulture),
        MinorTickGenerator = new LogMinorTickGenerator(),
    };
}
