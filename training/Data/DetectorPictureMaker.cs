using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>
/// A detector's inputs: letterboxed as the service does it, or with a random scale, cut or placed at random.
/// </summary>
internal sealed class DetectorPictureMaker(ModelSpec spec, AugmentationRecipe augmentation) : PictureMaker(spec, augmentation)
{
    /// <summary>A box of which a cut leaves less than this share of its area is no longer asked for.</summary>
    private const float LeastVisibleShare = 0.3f;

    protected override SampleInput Place(Picture picture, Target target, Random random)
    {
        if (Augmentation.Scale == (1, 1))
            return PlaceAsServed(picture, target);

        float fit = MathF.Min((float)Input.Width / picture.Width, (float)Input.Height / picture.Height);
        float scale = fit * (Augmentation.Scale.From + random.NextSingle() * (Augmentation.Scale.To - Augmentation.Scale.From));
        Span cut = Span.Random(picture.Width, Input.Width, scale, random);
        Span rows = Span.Random(picture.Height, Input.Height, scale, random);
        var pixels = new byte[Input.Height * Input.Width * Picture.Channels];
        MemoryMarshal.Cast<byte, Rgb>(pixels.AsSpan()).Fill(Fill);
        int rowBytes = Input.Width * Picture.Channels;
        Resampler.Scale(
            picture,
            new Box(cut.From, rows.From, cut.From + cut.Length, rows.From + rows.Length),
            cut.Pixels,
            rows.Pixels,
            pixels.AsSpan(rows.At * rowBytes + cut.At * Picture.Channels),
            rowBytes);
        return new SampleInput(Input.Height, Input.Width, pixels, Move(target, cut, rows));
    }

    private Target Move(Target target, Span columns, Span rows)
    {
        var boxes = new List<Box>();
        var categories = new List<int>();
        for (int i = 0; i < target.Boxes.Length; i++)
        {
            Box box = target.Boxes[i];
            var moved = new Box(columns.Map(box.X1), rows.Map(box.Y1), columns.Map(box.X2), rows.Map(box.Y2));
            Box visible = moved.Clip(Input.Width, Input.Height);
            if (visible.Area <= LeastVisibleShare * moved.Area)
                continue;
            boxes.Add(visible);
            categories.Add(target.Categories[i]);
        }

        return Target.OfBoxes([.. boxes], [.. categories]);
    }

    /// <summary>
    /// One axis: the part [From, From + Length) of the picture becomes the pixels [At, At + Pixels) of the input.
    /// </summary>
    private readonly record struct Span(float From, float Length, int At, int Pixels)
    {
        public static Span Random(int side, int inputSide, float scale, Random random)
        {
            int scaled = Math.Max(1, (int)MathF.Round(side * scale));
            float where = random.NextSingle();
            if (scaled <= inputSide)
                return new(0, side, (int)(where * (inputSide - scaled + 1)), scaled);
            float length = inputSide / ((float)scaled / side);
            return new(where * (side - length), Math.Min(length, side), 0, inputSide);
        }

        public float Map(float position) => At + (position - From) * Pixels / Length;
    }
}
