using SkiaSharp;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Turns stored pixels upright. The eight values are those of the Orientation tag (EXIF 2.32, 4.6.4.A): where the
/// stored first row and first column belong in the picture that is shown.
/// </summary>
internal static class Orientation
{
    /// <param name="stored">The picture as it is stored; disposed of where another takes its place.</param>
    /// <param name="origin">What the tag says.</param>
    public static Picture Apply(Picture stored, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return stored;

        int width = stored.Width, height = stored.Height;
        bool transposed = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        Picture shown = transposed ? Picture.Rent(height, width) : Picture.Rent(width, height);

        // The stored pixel (x, y) goes to the shown pixel at index start + x · stepX + y · stepY.
        (int start, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (width * height - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => ((height - 1) * width, 1, -width),
            SKEncodedOrigin.LeftTop => (0, height, 1),
            SKEncodedOrigin.RightTop => (height - 1, height, -1),
            SKEncodedOrigin.RightBottom => (width * height - 1, -height, -1),
            SKEncodedOrigin.LeftBottom => ((width - 1) * height, -height, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Not an EXIF orientation."),
        };
        Scatter(stored, shown.Pixels, start, stepX, stepY);
        stored.Dispose();
        return shown;
    }

    private static void Scatter(Picture stored, Span<byte> shown, int start, int stepX, int stepY)
    {
        ReadOnlySpan<byte> pixels = stored.Pixels;
        int from = 0;
        for (int y = 0; y < stored.Height; y++)
        {
            int to = (start + y * stepY) * Picture.Channels;
            for (int x = 0; x < stored.Width; x++)
            {
                shown[to] = pixels[from];
                shown[to + 1] = pixels[from + 1];
                shown[to + 2] = pixels[from + 2];
                from += Picture.Channels;
                to += stepX * Picture.Channels;
            }
        }
    }
}
