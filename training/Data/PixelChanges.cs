using System.Runtime.InteropServices;
using SpikingDetector.Core.Detection;
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

    /// <summary>Paints a window in whole pixels over.</summary>
    public static void Fill(Span<byte> pixels, int width, Box window, Rgb colour)
    {
        Span<Rgb> all = MemoryMarshal.Cast<byte, Rgb>(pixels);
        for (int y = (int)window.Y1; y < (int)window.Y2; y++)
            all.Slice(y * width + (int)window.X1, (int)window.Width).Fill(colour);
    }

    public static void FlipVertically(Span<byte> pixels, int width)
    {
        Span<Rgb> all = MemoryMarshal.Cast<byte, Rgb>(pixels);
        all.Reverse();
        FlipHorizontally(pixels, width);
    }
}
