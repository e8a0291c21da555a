using SkiaSharp;

namespace SpikingDetector.Core.Drawing;

/// <summary>A colour for each category, as far from the others' as goes.</summary>
internal static class CategoryColours
{
    // Turning by the golden angle never comes back near an earlier hue before the circle is filled.
    private const float GoldenAngle = 137.508f;

    // Every round of eight categories has another brightness.
    private static readonly float[] Brightness = [100, 72, 86];

    /// <summary>The colour of a category, the same in every picture.</summary>
    /// <param name="categoryIndex">From 0.</param>
    public static SKColor Of(int categoryIndex) => SKColor.FromHsv(
        categoryIndex * GoldenAngle % 360, 88, Brightness[categoryIndex / 8 % Brightness.Length]);

    /// <summary>Black or white, whichever is read better on the colour (WCAG 2 contrast).</summary>
    public static SKColor TextOn(SKColor background)
    {
        float luminance = 0.2126f * Linear(background.Red) + 0.7152f * Linear(background.Green) + 0.0722f * Linear(background.Blue);
        return (luminance + 0.05f) / 0.05f > 1.05f / (luminance + 0.05f) ? SKColors.Black : SKColors.White;
    }

    private static float Linear(byte channel)
    {
        float value = channel / 255f;
        return value <= 0.04045f ? value / 12.92f : MathF.Pow((value + 0.055f) / 1.055f, 2.4f);
    }
}
