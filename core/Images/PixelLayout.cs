using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Core.Images;

/// <summary>Between RGB of three bytes, which networks take, and RGBA of four, which Skia works on.</summary>
internal static class PixelLayout
{
    private const int RgbaChannels = 4;

    /// <summary>Drops every fourth byte. Both spans hold the same number of pixels, and may begin at the same byte.</summary>
    public static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        int from = 0, to = 0;

        // Each step stores 16 bytes of which 12 count; the next step overwrites the rest.
        for (; to + Vector128<byte>.Count <= rgb.Length; from += 16, to += 12)
            Vector128.Shuffle(Vector128.Create(rgba.Slice(from, 16)), order).CopyTo(rgb[to..]);

        for (; to < rgb.Length; from += RgbaChannels, to += Picture.Channels)
            rgba.Slice(from, Picture.Channels).CopyTo(rgb[to..]);
    }

    /// <summary>Lays unpremultiplied colours over white. Both spans hold the same number of pixels, and may begin at the same byte.</summary>
    public static void BlendOverWhite(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += RgbaChannels, to += Picture.Channels)
        {
            int alpha = rgba[from + 3];
            int white = 255 * (255 - alpha) + 127;
            for (int channel = 0; channel < Picture.Channels; channel++)
                rgb[to + channel] = (byte)((rgba[from + channel] * alpha + white) / 255);
        }
    }

    /// <summary>Adds an opaque alpha to every pixel. Both spans hold the same number of pixels.</summary>
    public static void AddAlpha(ReadOnlySpan<byte> rgb, Span<byte> rgba)
    {
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        Span<byte> opaque = [0, 0, 0, 255];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            rgb.Slice(pixel * Picture.Channels, Picture.Channels).CopyTo(opaque);
            pixels[pixel] = MemoryMarshal.Read<uint>(opaque);
        }
    }
}
