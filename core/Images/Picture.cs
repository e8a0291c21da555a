using System.Buffers;

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

    private readonly int _length;
    private readonly bool _borrowed;
    private byte[]? _pixels;

    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">[height, width, 3] row-major; kept, not copied.</param>
    /// <exception cref="ArgumentException">The array's length is not height · width · 3.</exception>
    public Picture(int width, int height, byte[] pixels)
        : this(width, height, pixels, borrowed: false)
    {
        if (pixels.Length != _length)
        {
            throw new ArgumentException(
                $"{width}×{height} pixels of RGB need {_length} bytes, not {pixels.Length}.", nameof(pixels));
        }
    }

    /// <summary>A black picture.</summary>
    public Picture(int width, int height)
        : this(width, height, new byte[checked(width * height * Channels)])
    {
    }

    private Picture(int width, int height, byte[] pixels, bool borrowed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        Width = width;
        Height = height;
        _length = checked(width * height * Channels);
        _pixels = pixels;
        _borrowed = borrowed;
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3], row-major, red first. Readers and painters work on them in place.</summary>
    public Span<byte> Pixels => (_pixels ?? throw new ObjectDisposedException(nameof(Picture))).AsSpan(0, _length);

    /// <summary>A picture of any content in memory of the shared pool; dispose of it to give the memory back.</summary>
    public static Picture Rent(int width, int height) =>
        new(width, height, ArrayPool<byte>.Shared.Rent(checked(width * height * Channels)), borrowed: true);

    /// <summary>A picture of any content.</summary>
    internal static Picture Unset(int width, int height) =>
        new(width, height, GC.AllocateUninitializedArray<byte>(checked(width * height * Channels)), borrowed: false);

    public void Dispose()
    {
        if (_borrowed && Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
    }
}
