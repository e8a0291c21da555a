using System.Runtime.InteropServices;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>A classifier's inputs: the centre of the picture, or a random window of it with a border around.</summary>
internal sealed class ClassifierPictureMaker(ModelSpec spec, AugmentationRecipe augmentation) : PictureMaker(spec, augmentation)
{
    protected override SampleInput Place(Picture picture, Target target, Random random)
    {
        SampleInput placed = PlaceAsServed(picture, target);
        int padding = Augmentation.CropPadding;
        if (padding > 0)
            Shift(placed.Content, random.Next(-padding, padding + 1), random.Next(-padding, padding + 1));
        return placed;
    }

    /// <summary>A window of the same size, moved over a picture that is surrounded by the fill colour.</summary>
    private void Shift(Span<byte> pixels, int dx, int dy)
    {
        byte[] copy = pixels.ToArray();
        ReadOnlySpan<Rgb> source = MemoryMarshal.Cast<byte, Rgb>(copy);
        Span<Rgb> window = MemoryMarshal.Cast<byte, Rgb>(pixels);
        window.Fill(Fill);
        int width = Input.Width - Math.Abs(dx);
        for (int y = Math.Max(0, -dy); y < Math.Min(Input.Height, Input.Height - dy); y++)
        {
            if (width <= 0)
                return;
            source.Slice((y + dy) * Input.Width + Math.Max(0, dx), width)
                .CopyTo(window[(y * Input.Width + Math.Max(0, -dx))..]);
        }
    }
}
