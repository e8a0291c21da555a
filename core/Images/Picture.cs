namespace SpikingDetector.Core.Images;

/// <summary>
/// A decoded picture: RGB, 8 bits a channel, as a viewer shows it (turned upright, without transparency).
/// </summary>
/// <remarks>
/// One that was decoded into borrowed memory (<see cref="Rent"/>) gives it back when it is disposed of, and its pixels must not be
/// used after that. Any other needs no disposal.
/// </remarks>
public sealed class Picture : IDisposable
{
    /// <summary>Bytes of one pixel: red, green, blue.</summary>
    public const int Channels = 3;

    private readonly byte[]? _pixels;
    private readonly PixelBuffer? _borrowed;

    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">[height, width, 3] row-major; kept, not copied.</param>
    /// <exception cref="ArgumentException">The array's length is not height · width · 3.</exception>
    public Picture(int width, int height, byte[] pixels)
        : this(width, height, pixels, borrowed: null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != LengthOf(width, height))
        {
            throw new ArgumentException(
                $"{width}×{height} pixels of RGB need {LengthOf(width, height)} bytes, not {pixels.Length}.", nameof(pixels));
        }
    }

    /// <summary>A black picture.</summary>
    public Picture(int width, int height)
        : this(width, height, new byte[LengthOf(width, height)])
    {
    }

    /// <summary>A picture that begins where a buffer does, and disposes of it.</summary>
    internal Picture(int width, int height, PixelBuffer borrowed)
        : this(width, height, pixels: null, borrowed)
    {
    }

    private Picture(int width, int height, byte[]? pixels, PixelBuffer? borrowed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        _pixels = pixels;
        _borrowed = borrowed;
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3], row-major, red first. Readers and painters work on them in place.</summary>
    public Span<byte> Pixels => _borrowed is null ? _pixels : _borrowed.Bytes[..LengthOf(Width, Height)];

    /// <summary>A picture of any content in borrowed memory; dispose of it to give the memory back.</summary>
    public static Picture Rent(int width, int height) => new(width, height, new PixelBuffer(LengthOf(width, height)));

    public void Dispose() => _borrowed?.Dispose();

    private static int LengthOf(int width, int height) => checked(width * height * Channels);
}
