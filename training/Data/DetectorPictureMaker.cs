using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>
/// A detector's inputs: letterboxed as the service does it; with a random scale, cut or placed at random; scaled to a length
/// of the shorter side, of a size of its own; or a mosaic of four pictures.
/// </summary>
internal sealed class DetectorPictureMaker(ModelSpec spec, AugmentationRecipe augmentation) : PictureMaker(spec, augmentation)
{
    /// <summary>A box of which a cut leaves less than this share of its area is no longer asked for.</summary>
    private const float LeastVisibleShare = 0.3f;

    /// <summary>Where a mosaic's pictures meet: not nearer to an edge than this share of the side, as in Darknet.</summary>
    private const float LeastMosaicShare = 0.2f;

    protected override SampleInput Place(LabelledPicture picture, Func<LabelledPicture> another, Random random)
    {
        if (random.NextSingle() < Augmentation.Mosaic)
            return Mosaic([picture, another(), another(), another()], random);
        if (Augmentation.ShorterSides.Count > 0)
            return ScaleToSide(picture, Augmentation.ShorterSides[random.Next(Augmentation.ShorterSides.Count)]);
        if (Augmentation.Scale == (1, 1))
            return PlaceAsServed(picture);

        var canvas = new Canvas(Input.Height, Input.Width, Fill);
        (int width, int height) = ScaledSize(picture.Pixels, random);
        canvas.Add(
            picture,
            PlacedAxis.AtRandom(picture.Pixels.Width, width, Input.Width, random),
            PlacedAxis.AtRandom(picture.Pixels.Height, height, Input.Height, random));
        return canvas.ToInput();
    }

    private SampleInput ScaleToSide(LabelledPicture picture, int shorterSide)
    {
        (int sourceWidth, int sourceHeight) = (picture.Pixels.Width, picture.Pixels.Height);
        float scale = MathF.Min(
            (float)shorterSide / Math.Min(sourceWidth, sourceHeight), (float)Augmentation.LongerSide / Math.Max(sourceWidth, sourceHeight));
        (int width, int height) = (Scaled(sourceWidth, scale), Scaled(sourceHeight, scale));
        var canvas = new Canvas(height, width, Fill);
        canvas.Add(picture, PlacedAxis.AtStart(sourceWidth, width), PlacedAxis.AtStart(sourceHeight, height));
        return canvas.ToInput();
    }

    /// <summary>
    /// Four pictures, each letterboxed and scaled as it would be alone, with the corners in which they meet at one random
    /// point; what leaves the input is cut off.
    /// </summary>
    private SampleInput Mosaic(LabelledPicture[] pictures, Random random)
    {
        var canvas = new Canvas(Input.Height, Input.Width, Fill);
        int x = Point(Input.Width);
        int y = Point(Input.Height);
        foreach ((int corner, LabelledPicture picture) in pictures.Index())
        {
            (int width, int height) = ScaledSize(picture.Pixels, random);
            canvas.Add(
                picture,
                corner % 2 == 0
                    ? PlacedAxis.Before(x, picture.Pixels.Width, width)
                    : PlacedAxis.After(x, picture.Pixels.Width, width, Input.Width),
                corner < 2
                    ? PlacedAxis.Before(y, picture.Pixels.Height, height)
                    : PlacedAxis.After(y, picture.Pixels.Height, height, Input.Height));
        }

        return canvas.ToInput();

        int Point(int side)
        {
            int least = (int)(LeastMosaicShare * side);
            return random.Next(least, side - least + 1);
        }
    }

    private (int Width, int Height) ScaledSize(Picture picture, Random random)
    {
        float fit = MathF.Min((float)Input.Width / picture.Width, (float)Input.Height / picture.Height);
        float scale = fit * (Augmentation.Scale.From + random.NextSingle() * (Augmentation.Scale.To - Augmentation.Scale.From));
        return (Scaled(picture.Width, scale), Scaled(picture.Height, scale));
    }

    private static int Scaled(int side, float scale) => Math.Max(1, (int)MathF.Round(side * scale));

    /// <summary>An input of the fill colour into which pictures are put; their boxes follow and are clipped.</summary>
    private sealed class Canvas
    {
        private readonly int _height;
        private readonly int _width;
        private readonly byte[] _pixels;
        private readonly List<Box> _boxes = [];
        private readonly List<int> _categories = [];

        public Canvas(int height, int width, Rgb fill)
        {
            (_height, _width) = (height, width);
            _pixels = GC.AllocateUninitializedArray<byte>(height * width * Picture.Channels);
            MemoryMarshal.Cast<byte, Rgb>(_pixels.AsSpan()).Fill(fill);
        }

        public void Add(LabelledPicture picture, PlacedAxis columns, PlacedAxis rows)
        {
            int rowBytes = _width * Picture.Channels;
            Resampler.Scale(
                picture.Pixels,
                new Box(columns.From, rows.From, columns.From + columns.Length, rows.From + rows.Length)
                    .Clip(picture.Pixels.Width, picture.Pixels.Height),
                columns.Pixels,
                rows.Pixels,
                _pixels.AsSpan(rows.At * rowBytes + columns.At * Picture.Channels),
                rowBytes);
            foreach ((Box box, int category) in picture.Target.Boxes.Zip(picture.Target.Categories))
            {
                var moved = new Box(columns.Map(box.X1), rows.Map(box.Y1), columns.Map(box.X2), rows.Map(box.Y2));
                var visible = new Box(
                    Math.Clamp(moved.X1, columns.At, columns.At + columns.Pixels),
                    Math.Clamp(moved.Y1, rows.At, rows.At + rows.Pixels),
                    Math.Clamp(moved.X2, columns.At, columns.At + columns.Pixels),
                    Math.Clamp(moved.Y2, rows.At, rows.At + rows.Pixels));
                if (visible.Area <= LeastVisibleShare * moved.Area)
                    continue;
                _boxes.Add(visible);
                _categories.Add(category);
            }
        }

        public SampleInput ToInput() => new(_height, _width, _pixels, Target.OfBoxes([.. _boxes], [.. _categories]));
    }
}
