using SpikingDetector.Core.Detection;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>The window of a random resized crop, drawn as torchvision's RandomResizedCrop draws it.</summary>
internal static class RandomWindow
{
    private const int Tries = 10;

    /// <summary>
    /// A window in whole pixels within a picture: its share of the area is uniform, the logarithm of width/height is uniform.
    /// After ten windows that did not fit, the largest one at the picture's centre whose shape is within the bounds.
    /// </summary>
    public static Box Draw(int width, int height, RandomResizedCropRecipe recipe, Random random)
    {
        (float logFrom, float logTo) = (MathF.Log(recipe.Ratio.From), MathF.Log(recipe.Ratio.To));
        for (int i = 0; i < Tries; i++)
        {
            double area = (double)width * height * Between(recipe.Scale.From, recipe.Scale.To, random);
            double ratio = Math.Exp(Between(logFrom, logTo, random));
            int windowWidth = (int)Math.Round(Math.Sqrt(area * ratio));
            int windowHeight = (int)Math.Round(Math.Sqrt(area / ratio));
            if (windowWidth < 1 || windowWidth > width || windowHeight < 1 || windowHeight > height)
                continue;
            int top = random.Next(height - windowHeight + 1);
            int left = random.Next(width - windowWidth + 1);
            return new Box(left, top, left + windowWidth, top + windowHeight);
        }

        return Centre(width, height, recipe);
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
