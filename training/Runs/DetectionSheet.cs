using System.Globalization;
using SkiaSharp;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Drawing;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// A sheet of up to twelve pictures of a validation set, always the same, with true boxes and those that a detector finds.
/// </summary>
internal sealed class DetectionSheet
{
    private const int Most = 12;
    private const int Columns = 4;
    private const int CellWidth = 400;
    private const int CellHeight = 300;
    private const int Gap = 8;
    private const int Header = 36;
    private const float FontSize = 13;

    /// <summary>What is less sure is left out, as a sheet full of boxes shows nothing.</summary>
    private const float LeastScore = 0.3f;

    private static readonly SKColor True = new(0x2E, 0xE6, 0x5C);
    private static readonly SKColor Found = new(0xFF, 0x5A, 0x1F);

    private readonly CocoDataset _data;
    private readonly int[] _shown;
    private readonly Dictionary<int, IReadOnlyList<Core.Detection.Detection>> _found = [];

    public DetectionSheet(CocoDataset data)
    {
        _data = data;
        int count = Math.Min(Most, data.Pictures.Count);
        _shown = [.. Enumerable.Range(0, count).Select(cell => (int)((long)cell * data.Pictures.Count / count))];
    }

    /// <summary>Takes what was found on a picture, in the picture's own pixels.</summary>
    /// <param name="index">Of the picture in the data set.</param>
    /// <param name="detections">In any order.</param>
    public void Add(int index, IReadOnlyList<Core.Detection.Detection> detections)
    {
        if (_shown.Contains(index))
            _found[index] = [.. detections.Where(detection => detection.Score >= LeastScore)];
    }

    /// <summary>Draws the pictures as PNG; one whose file is unreadable is left grey.</summary>
    public byte[] Draw()
    {
        int rows = (_shown.Length + Columns - 1) / Columns;
        int columns = Math.Min(Columns, _shown.Length);
        var info = new SKImageInfo(columns * (CellWidth + Gap) + Gap, Header + rows * (CellHeight + Gap), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Clear(new SKColor(0x20, 0x20, 0x20));
        using var font = new SKFont(EmbeddedFont.Regular, FontSize) { Edging = SKFontEdging.Antialias };
        DrawLegend(surface.Canvas, font);
        foreach ((int cell, int index) in _shown.Index())
        {
            surface.Canvas.Save();
            surface.Canvas.Translate(Gap + cell % Columns * (CellWidth + Gap), Header + cell / Columns * (CellHeight + Gap));
            DrawCell(surface.Canvas, font, index);
            surface.Canvas.Restore();
        }

        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static void DrawLegend(SKCanvas canvas, SKFont font)
    {
        float x = Gap;
        Entry(True, "true");
        Entry(Found, string.Create(CultureInfo.InvariantCulture, $"found, with a score of at least {LeastScore}"));

        void Entry(SKColor colour, string text)
        {
            using var paint = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = 2, IsAntialias = true };
            canvas.DrawRect(x, 11, 20, 14, paint);
            paint.Style = SKPaintStyle.Fill;
            canvas.DrawText(text, x + 28, 23, SKTextAlign.Left, font, paint);
            x += 52 + font.MeasureText(text);
        }
    }

    private static void DrawBox(SKCanvas canvas, Label label)
    {
        using var paint = new SKPaint { Color = SKColors.Black.WithAlpha(120), Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true };
        canvas.DrawRect(label.Box, paint);
        paint.Color = label.Colour;
        paint.StrokeWidth = 2;
        canvas.DrawRect(label.Box, paint);
    }

    /// <summary>True names stand above their boxes and found ones below, so that both can be read where the boxes are the same.</summary>
    private static void DrawName(SKCanvas canvas, SKFont font, Label label)
    {
        float width = font.MeasureText(label.Text) + 4;
        float height = FontSize + 3;
        float left = Math.Clamp(label.Box.Left - 1, 0, Math.Max(0, CellWidth - width));
        float top = Math.Clamp(label.Colour == True ? label.Box.Top - height : label.Box.Bottom, 0, CellHeight - height);
        using var paint = new SKPaint { Color = label.Colour, IsAntialias = true };
        canvas.DrawRect(left, top, width, height, paint);
        paint.Color = SKColors.Black;
        canvas.DrawText(label.Text, left + 2, top + FontSize - 1, SKTextAlign.Left, font, paint);
    }

    private void DrawCell(SKCanvas canvas, SKFont font, int index)
    {
        CocoPicture picture = _data.Pictures[index];
        canvas.ClipRect(new SKRect(0, 0, CellWidth, CellHeight));
        canvas.DrawColor(new SKColor(0x50, 0x50, 0x50));
        float scale = Math.Min((float)CellWidth / picture.Width, (float)CellHeight / picture.Height);
        DrawPicture(canvas, picture, scale);
        Label[] labels =
        [
            .. picture.Objects.Where(item => !item.IsCrowd).Select(item => new Label(Scale(item.Box), True, Name(item.CategoryIndex))),
            .. _found.GetValueOrDefault(index, []).OrderBy(detection => detection.Score).Select(detection => new Label(
                Scale(detection.Box),
                Found,
                string.Create(CultureInfo.InvariantCulture, $"{Name(detection.CategoryIndex)} {detection.Score:0.00}"))),
        ];
        foreach (Label label in labels)
            DrawBox(canvas, label);
        foreach (Label label in labels.OrderBy(label => label.Colour == True))
            DrawName(canvas, font, label);

        SKRect Scale(Box box) => new(box.X1 * scale, box.Y1 * scale, box.X2 * scale, box.Y2 * scale);
        string Name(int category) => _data.Categories[category].Name;
    }

    private static void DrawPicture(SKCanvas canvas, CocoPicture picture, float scale)
    {
        try
        {
            using var pixels = SKImage.FromEncodedData(PictureEncoder.EncodePng(PictureDecoder.DecodeFile(picture.Path)));
            canvas.DrawImage(
                pixels, new SKRect(0, 0, picture.Width * scale, picture.Height * scale), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }
        catch (Exception exception) when (exception is PictureException or IOException or UnauthorizedAccessException)
        {
            // Its data are skipped or refused elsewhere, with a word about it.
        }
    }

    private sealed record Label(SKRect Box, SKColor Colour, string Text);
}
