using ScottPlot;
using SkiaSharp;
using SpikingDetector.Core.Drawing;

namespace SpikingDetector.Charts;

/// <summary>Gives plots the project's own font: Skia sees no fonts of the system here, and plots would have no text.</summary>
public sealed class EmbeddedFontResolver : IFontResolver
{
    private EmbeddedFontResolver()
    {
    }

    /// <summary>Makes the embedded font the only one of all plots; calling it again changes nothing.</summary>
    public static void Register()
    {
        if (Fonts.FontResolvers.OfType<EmbeddedFontResolver>().Any())
            return;
        Fonts.FontResolvers.Insert(0, new EmbeddedFontResolver());
        Fonts.Default = EmbeddedFont.FamilyName;
        Fonts.Sans = EmbeddedFont.FamilyName;
    }

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => bold ? EmbeddedFont.Bold : EmbeddedFont.Regular;

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        weight >= FontWeight.SemiBold ? EmbeddedFont.Bold : EmbeddedFont.Regular;
}
