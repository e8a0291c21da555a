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
}
