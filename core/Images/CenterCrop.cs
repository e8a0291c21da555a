using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Brings pictures to a classifier's input size with their aspect kept: scaled as small as still covers the input,
/// then its centre cut out.
/// </summary>
public sealed class CenterCrop
{
    private readonly int _height;
    private readonly int _width;

    /// <param name="height">Rows of the input, at least 1.</param>
    /// <param name="width">Pixels of its rows, at least 1.</param>
    public CenterCrop(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _height = height;
        _width = width;
    }

    /// <summary>Bytes of one input: height · width · 3.</summary>
    public int ByteCount => _height * _width * Picture.Channels;

    /// <summary>Writes the input [height, width, 3] of a picture into <see cref="ByteCount"/> bytes.</summary>
    public void Apply(Picture source, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (destination.Length != ByteCount)
            throw new ArgumentException($"Expected {ByteCount} bytes, not {destination.Length}.", nameof(destination));

        Resampler.Scale(source, CoveredPart(source), _width, _height, destination, _width * Picture.Channels);
    }

    /// <summary>The input of a picture as a picture.</summary>
    public Picture Apply(Picture source)
    {
        var input = new Picture(_width, _height);
        Apply(source, input.Pixels);
        return input;
    }

    private Box CoveredPart(Picture source)
    {
        double scale = Math.Max((double)_width / source.Width, (double)_height / source.Height);
        (float left, float right) = Centre(source.Width, _width, scale);
        (float top, float bottom) = Centre(source.Height, _height, scale);
        return new Box(left, top, right, bottom);
    }

    // The offset is a whole number of input pixels, so that a picture cut without scaling keeps its pixels.
    private static (float From, float To) Centre(int sourceLength, int inputLength, double scale)
    {
        double from = Math.Floor((sourceLength * scale - inputLength) / 2 + 1e-6) / scale;
        from = Math.Max(from, 0);
        return ((float)from, (float)Math.Min(from + inputLength / scale, sourceLength));
    }
}
