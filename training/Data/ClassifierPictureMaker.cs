using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>
/// A classifier's inputs: the centre of the picture, a random window of it with a border around, or a random window scaled to
/// the input.
/// </summary>
internal sealed class ClassifierPictureMaker(ModelSpec spec, AugmentationRecipe augmentation) : PictureMaker(spec, augmentation)
{
    protected override SampleInput Place(LabelledPicture picture, Func<LabelledPicture> another, Random random)
    {
        if (Augmentation.RandomResizedCrop is { } crop)
            return ScaleWindow(picture, RandomWindow.Draw(picture.Pixels.Width, picture.Pixels.Height, crop, random));
        SampleInput placed = PlaceAsServed(picture);
        int padding = Augmentation.CropPadding;
        if (padding > 0)
            Shift(placed.Content, random.Next(-padding, padding + 1), random.Next(-padding, padding + 1));
        return placed;
    }

    private SampleInput ScaleWindow(LabelledPicture picture, Box window)
    {
        int rowBytes = Input.Width * Picture.Channels;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(Input.Height * rowBytes);
        Resampler.Scale(picture.Pixels, window, Input.Width, Input.Height, pixels, rowBytes);
        return new SampleInput(Input.Height, Input.Width, pixels, picture.Target);
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
