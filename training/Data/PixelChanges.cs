using System.Runtime.InteropServices;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>Changes of RGB pixels [H, W, 3] in place.</summary>
internal static class PixelChanges
{
    public static void FlipHorizontally(Span<byte> pixels, int width)
    {
        Span<Rgb> all = MemoryMarshal.Cast<byte, Rgb>(pixels);
        for (int start = 0; start < all.Length; start += width)
            all.Slice(start, width).Reverse();
    }

    public static void FlipVertically(Span<byte> pixels, int width)
    {
        Span<Rgb> all = MemoryMarshal.Cast<byte, Rgb>(pixels);
        all.Reverse();
        FlipHorizontally(pixels, width);
    }

    /// <summary>Multiplies all values by a gain, and their distance from the picture's mean by a contrast.</summary>
    public static void Recolour(Span<byte> pixels, float gain, float contrast)
    {
        long sum = 0;
        foreach (byte value in pixels)
            sum += value;
        float mean = (float)sum / pixels.Length;
        Span<byte> levels = stackalloc byte[256];
        for (int value = 0; value < 256; value++)
            levels[value] = (byte)Math.Clamp(MathF.Round(gain * (mean + contrast * (value - mean))), 0, 255);
        foreach (ref byte value in pixels)
            value = levels[value];
    }
}
