using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Images;

/// <summary>How a picture lies in a network's input: scaled, its top-left corner in the input's.</summary>
/// <param name="SourceWidth">Pixels of the picture's rows.</param>
/// <param name="SourceHeight">Rows of the picture.</param>
/// <param name="ScaledWidth">Pixels of the input that its width takes.</param>
/// <param name="ScaledHeight">Pixels of the input that its height takes.</param>
public readonly record struct LetterboxTransform(int SourceWidth, int SourceHeight, int ScaledWidth, int ScaledHeight)
{
    /// <summary>The transform of a picture into an input of the given size.</summary>
    public static LetterboxTransform Fit(int sourceWidth, int sourceHeight, int inputWidth, int inputHeight)
    {
        double scale = Math.Min((double)inputWidth / sourceWidth, (double)inputHeight / sourceHeight);
        return new(
            sourceWidth,
            sourceHeight,
            Math.Clamp((int)Math.Round(sourceWidth * scale), 1, inputWidth),
            Math.Clamp((int)Math.Round(sourceHeight * scale), 1, inputHeight));
    }

    /// <summary>A box in pixels of the input, in pixels of the picture and clipped to it.</summary>
    public Box ToSource(Box input)
    {
        float x = (float)SourceWidth / ScaledWidth, y = (float)SourceHeight / ScaledHeight;
        return new Box(input.X1 * x, input.Y1 * y, input.X2 * x, input.Y2 * y).Clip(SourceWidth, SourceHeight);
    }

    /// <summary>
    /// A detection in pixels of the picture; null where its box lies in the part of the input that the picture does not
    /// cover, and would end as a line on the picture's edge.
    /// </summary>
    public Detection.Detection? ToSource(Detection.Detection input)
    {
        Box box = ToSource(input.Box);
        return box.Width > 0 && box.Height > 0 ? input with { Box = box } : null;
    }

    /// <summary>A box in pixels of the picture, in pixels of the input.</summary>
    public Box ToInput(Box source)
    {
        float x = (float)ScaledWidth / SourceWidth, y = (float)ScaledHeight / SourceHeight;
        return new Box(source.X1 * x, source.Y1 * y, source.X2 * x, source.Y2 * y);
    }
}
