using System.Globalization;
using SkiaSharp;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Drawing;

/// <summary>Draws detections on pictures: a box in the category's colour with its name and score.</summary>
public static class DetectionPainter
{
    /// <summary>A copy of the picture with the boxes drawn, the surest on top; dispose of it to give its memory back.</summary>
    /// <param name="picture">Left as it is.</param>
    /// <param name="detections">Boxes in pixels of the picture, in any order.</param>
    /// <param name="categoryNames">The name of each category index.</param>
    public static Picture Draw(
        Picture picture, IReadOnlyList<Detection.Detection> detections, IReadOnlyList<string> categoryNames)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(categoryNames);

        Detection.Detection[] surestLast = [.. detections.OrderBy(detection => detection.Score)];
        return Paint(picture, canvas =>
        {
            var style = new PaintStyle(picture.Width, picture.Height);
            using var font = new SKFont(EmbeddedFont.Regular, style.FontSize) { Edging = SKFontEdging.Antialias };
            foreach (Detection.Detection detection in surestLast)
                DrawBox(canvas, detection, style);
            foreach (Detection.Detection detection in surestLast)
                DrawLabel(canvas, detection, categoryNames[detection.CategoryIndex], font, style);
        });
    }

    private static unsafe Picture Paint(Picture picture, Action<SKCanvas> draw)
    {
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var rgba = new PixelBuffer(info.BytesSize);
        Span<byte> pixels = rgba.Bytes;
        PixelLayout.AddAlpha(picture.Pixels, pixels);
        fixed (byte* start = pixels)
        {
            using SKSurface surface = SKSurface.Create(info, (nint)start, info.RowBytes);
            draw(surface.Canvas);
            surface.Flush();
        }

        Picture drawn = Picture.Rent(picture.Width, picture.Height);
        PixelLayout.DropAlpha(pixels, drawn.Pixels);
        return drawn;
    }

    private static void DrawBox(SKCanvas canvas, Detection.Detection detection, PaintStyle style)
    {
        var box = new SKRect(detection.Box.X1, detection.Box.Y1, detection.Box.X2, detection.Box.Y2);
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, IsAntialias = true };

        // A dark rim keeps the line visible on a background of its own colour.
        paint.Color = SKColors.Black.WithAlpha(110);
        paint.StrokeWidth = style.LineWidth + 2;
        canvas.DrawRect(box, paint);
        paint.Color = CategoryColours.Of(detection.CategoryIndex);
        paint.StrokeWidth = style.LineWidth;
        canvas.DrawRect(box, paint);
    }

    private static void DrawLabel(
        SKCanvas canvas, Detection.Detection detection, string name, SKFont font, PaintStyle style)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{name} {detection.Score:0.00}");
        float padding = style.FontSize / 4;
        SKFontMetrics metrics = font.Metrics;
        float width = font.MeasureText(text) + 2 * padding;
        float height = metrics.Descent - metrics.Ascent + padding;

        // On top of the box, or just inside it where there is no room above; never outside the picture.
        float left = detection.Box.X1 - style.LineWidth / 2;
        float top = detection.Box.Y1 >= height ? detection.Box.Y1 - height : detection.Box.Y1;
        left = Math.Max(Math.Min(left, style.PictureWidth - width), 0);
        top = Math.Max(Math.Min(top, style.PictureHeight - height), 0);

        SKColor colour = CategoryColours.Of(detection.CategoryIndex);
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawRect(left, top, width, height, paint);
        paint.Color = CategoryColours.TextOn(colour);
        canvas.DrawText(text, left + padding, top + padding / 2 - metrics.Ascent, SKTextAlign.Left, font, paint);
    }

    private sealed record PaintStyle(int PictureWidth, int PictureHeight)
    {
        private int ShortSide => Math.Min(PictureWidth, PictureHeight);

        public float LineWidth => Math.Max(1, ShortSide / 240f);

        public float FontSize => Math.Clamp(ShortSide / 32f, 9, 120);
    }
}
