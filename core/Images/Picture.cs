namespace SpikingDetector.Core.Images;

/// <summary>
/// A decoded picture: RGB, 8 bits a channel, as a viewer shows it (turned upright, without transparency).
/// </summary>
public sealed class Picture
{
    /// <summary>Bytes of one pixel: red, green, blue.</summary>
    public const int Channels = 3;

    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">[height, width, 3] row-major; kept, not copied.</param>
    /// <exception cref="ArgumentException">The array's length is not height · width · 3.</exception>
    public Picture(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        long expected = (long)width * height * Channels;
        if (pixels.Length != expected)
        {
            throw new ArgumentException(
                $"{width}×{height} pixels of RGB need {expected} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black picture.</summary>
    public Picture(int width, int height)
        : this(width, height, new byte[checked(width * height * Channels)])
    {
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3], row-major, red first.</summary>
#pragma warning disable CA1819 // The array is the picture: readers and painters work on it in place.
    public byte[] Pixels { get; }
#pragma warning restore CA1819
}
