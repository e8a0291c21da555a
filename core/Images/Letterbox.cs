using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Brings pictures to a detector's input size with their aspect kept: scaled as large as fits, in the top-left corner,
/// the rest filled with one colour.
/// </summary>
public sealed class Letterbox
{
    private readonly int _height;
    private readonly int _width;
    private readonly Rgb _fill;

    /// <param name="height">Rows of the input, at least 1.</param>
    /// <param name="width">Pixels of its rows, at least 1.</param>
    /// <param name="fill">Colour of what the picture does not cover.</param>
    public Letterbox(int height, int width, Rgb fill)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _height = height;
        _width = width;
        _fill = fill;
    }

    /// <summary>Bytes of one input: height · width · 3.</summary>
    public int ByteCount => _height * _width * Picture.Channels;

    /// <summary>Writes the input [height, width, 3] of a picture.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="destination"><see cref="ByteCount"/> bytes.</param>
    /// <returns>How boxes of the input map back to the picture.</returns>
    public LetterboxTransform Apply(Picture source, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (destination.Length != ByteCount)
            throw new ArgumentException($"Expected {ByteCount} bytes, not {destination.Length}.", nameof(destination));

        var transform = LetterboxTransform.Fit(source.Width, source.Height, _width, _height);
        Resampler.Scale(
            source,
            new Box(0, 0, source.Width, source.Height),
            transform.ScaledWidth,
            transform.ScaledHeight,
            destination,
            _width * Picture.Channels);
        FillRest(destination, transform);
        return transform;
    }

    /// <summary>The input of a picture as a picture, and how its boxes map back.</summary>
    public (Picture Input, LetterboxTransform Transform) Apply(Picture source)
    {
        var input = new Picture(_width, _height);
        return (input, Apply(source, input.Pixels));
    }

    private void FillRest(Span<byte> destination, LetterboxTransform transform)
    {
        Span<Rgb> pixels = MemoryMarshal.Cast<byte, Rgb>(destination);
        if (transform.ScaledWidth < _width)
        {
            for (int y = 0; y < transform.ScaledHeight; y++)
                pixels.Slice(y * _width + transform.ScaledWidth, _width - transform.ScaledWidth).Fill(_fill);
        }

        pixels[(transform.ScaledHeight * _width)..].Fill(_fill);
    }
}
