using SpikingDetector.Core.Detection;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>Random windows of a picture, drawn as torchvision's RandomResizedCrop and RandomErasing draw theirs.</summary>
internal static class RandomWindow
{
    private const int Tries = 10;

    /// <summary>
    /// A window in whole pixels within a picture: its share of the area is uniform, the logarithm of width/height is uniform.
    /// After ten windows that did not fit, the largest one at the picture's centre whose shape is within the bounds.
    /// </summary>
    public static Box Draw(int width, int height, RandomResizedCropRecipe recipe, Random random) =>
        TryDraw(width, height, recipe.Scale, recipe.Ratio, random) ?? Centre(width, height, recipe);

    /// <summary>The same; null after ten windows that did not fit.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="scale">Bounds of the window's share of the picture's area.</param>
    /// <param name="ratio">Bounds of its width divided by its height.</param>
    /// <param name="random">Decides.</param>
    public static Box? TryDraw(int width, int height, (float From, float To) scale, (float From, float To) ratio, Random random)
    {
        (float logFrom, float logTo) = (MathF.Log(ratio.From), MathF.Log(ratio.To));
        for (int i = 0; i < Tries; i++)
        {
            double area = (double)width * height * Between(scale.From, scale.To, random);
            double shape = Math.Exp(Between(logFrom, logTo, random));
            int windowWidth = (int)Math.Round(Math.Sqrt(area * shape));
            int windowHeight = (int)Math.Round(Math.Sqrt(area / shape));
            if (windowWidth < 1 || windowWidth > width || windowHeight < 1 || windowHeight > height)
                continue;
            int top = random.Next(height - windowHeight + 1);
            int left = random.Next(width - windowWidth + 1);
            return new Box(left, top, left + windowWidth, top + windowHeight);
        }

        return null;
    }

    private static Box Centre(int width, int height, RandomResizedCropRecipe recipe)
    {
        int windowWidth = Math.Min(width, Math.Max(1, (int)Math.Round(height * recipe.Ratio.To)));
        int windowHeight = Math.Min(height, Math.Max(1, (int)Math.Round(width / recipe.Ratio.From)));
        (int left, int top) = ((width - windowWidth) / 2, (height - windowHeight) / 2);
        return new Box(left, top, left + windowWidth, top + windowHeight);
    }

    private static double Between(float from, float to, Random random) => from + (to - from) * random.NextDouble();
}
