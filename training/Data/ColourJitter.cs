using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>
/// Random brightness, contrast, saturation and hue of RGB pixels [H, W, 3], by the formulas and in the random order of
/// torchvision's ColorJitter. Values are not rounded between two changes.
/// </summary>
internal static class ColourJitter
{
    /// <summary>Changes the pixels in place by factors drawn within a recipe's bounds.</summary>
    public static void Apply(Span<byte> pixels, ColourJitterRecipe recipe, Random random)
    {
        (ColourChange Change, float Factor)[] changes =
        [
            (ColourChange.Brightness, Around(1, recipe.Brightness)),
            (ColourChange.Contrast, Around(1, recipe.Contrast)),
            (ColourChange.Saturation, Around(1, recipe.Saturation)),
            (ColourChange.Hue, Around(0, recipe.Hue)),
        ];
        random.Shuffle(changes);
        Apply(pixels, changes.Where(item => item.Factor != (item.Change == ColourChange.Hue ? 0 : 1)));

        float Around(float middle, float width) => middle + width * (2 * random.NextSingle() - 1);
    }

    /// <summary>Changes the pixels in place, one change after the other.</summary>
    public static void Apply(Span<byte> pixels, IEnumerable<(ColourChange Change, float Factor)> changes)
    {
        var values = new float[pixels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = pixels[i];
        foreach ((ColourChange change, float factor) in changes)
        {
            float meanGrey = change == ColourChange.Contrast ? MeanGrey(values) : 0;
            for (int i = 0; i < values.Length; i += 3)
            {
                Span<float> pixel = values.AsSpan(i, 3);
                switch (change)
                {
                    case ColourChange.Hue:
                        TurnHue(pixel, factor);
                        break;
                    case ColourChange.Saturation:
                        Blend(pixel, Grey(pixel), factor);
                        break;
                    default:
                        Blend(pixel, meanGrey, factor);
                        break;
                }
            }
        }

        for (int i = 0; i < values.Length; i++)
            pixels[i] = (byte)MathF.Round(values[i]);
    }

    private static void Blend(Span<float> pixel, float with, float factor)
    {
        foreach (ref float value in pixel)
            value = Math.Clamp(with + (value - with) * factor, 0, 255);
    }

    private static float Grey(ReadOnlySpan<float> pixel) => 0.2989f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];

    private static float MeanGrey(ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i += 3)
            sum += Grey(values.Slice(i, 3));
        return (float)(sum / (values.Length / 3));
    }

    /// <summary>By way of hue, saturation and value (Smith 1978).</summary>
    private static void TurnHue(Span<float> pixel, float turn)
    {
        (float red, float green, float blue) = (pixel[0], pixel[1], pixel[2]);
        float most = MathF.Max(red, MathF.Max(green, blue));
        float range = most - MathF.Min(red, MathF.Min(green, blue));
        if (range == 0)
            return;
        float sixth = most == red ? (green - blue) / range : most == green ? 2 + (blue - red) / range : 4 + (red - green) / range;
        float hue = sixth / 6 + turn;
        hue = (hue - MathF.Floor(hue)) * 6;
        pixel[0] = Channel(5);
        pixel[1] = Channel(3);
        pixel[2] = Channel(1);

        float Channel(int shift)
        {
            float position = shift + hue;
            if (position >= 6)
                position -= 6;
            return most - range * Math.Clamp(MathF.Min(position, 4 - position), 0, 1);
        }
    }
}
