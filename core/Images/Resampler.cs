using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Scales part of a picture with the anti-aliased triangle filter ("bilinear" of the imaging libraries that networks
/// are usually trained with), straight between RGB bytes.
/// </summary>
public static class Resampler
{
    /// <summary>Scales part of <paramref name="source"/> into a corner of a larger image.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="part">What to scale, in pixels of the source, within it and not empty.</param>
    /// <param name="width">Pixels that the part's width becomes, at least 1.</param>
    /// <param name="height">Pixels that the part's height becomes, at least 1.</param>
    /// <param name="destination">Rows of RGB pixels, row y at byte y · <paramref name="rowBytes"/>.</param>
    /// <param name="rowBytes">Bytes from a row of the destination to the next, at least width · 3.</param>
    /// <remarks>Where part and output have the same size and whole coordinates, pixels are copied bit for bit.</remarks>
    public static void Scale(
        Picture source, Detection.Box part, int width, int height, Span<byte> destination, int rowBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowBytes, width * Picture.Channels);
        if (!(part.X1 >= 0 && part.Y1 >= 0 && part.X2 <= source.Width && part.Y2 <= source.Height && part.Width > 0 && part.Height > 0))
            throw new ArgumentOutOfRangeException(nameof(part), part, $"Not within {source.Width}×{source.Height} pixels.");

        if (part.Width == width && part.Height == height && float.IsInteger(part.X1) && float.IsInteger(part.Y1))
            Copy(source, (int)part.X1, (int)part.Y1, width, height, destination, rowBytes);
        else
            Filter(source, part, width, height, destination, rowBytes);
    }

    private static void Copy(
        Picture source, int left, int top, int width, int height, Span<byte> destination, int rowBytes)
    {
        for (int y = 0; y < height; y++)
        {
            source.Pixels.Slice(((top + y) * source.Width + left) * Picture.Channels, width * Picture.Channels)
                .CopyTo(destination[(y * rowBytes)..]);
        }
    }

    private static void Filter(
        Picture source, Detection.Box part, int width, int height, Span<byte> destination, int rowBytes)
    {
        var columns = new ResamplingTaps(source.Width, part.X1, part.Width, width);
        var rows = new ResamplingTaps(source.Height, part.Y1, part.Height, height);
        int values = (columns.End - columns.First) * Picture.Channels;

        // One row of the source's width, blended from the rows it needs; one value more for the last 4-wide load.
        float[] blended = ArrayPool<float>.Shared.Rent(values + 1);
        try
        {
            for (int y = 0; y < height; y++)
            {
                BlendRows(source, rows, y, columns.First, blended.AsSpan(0, values));
                BlendColumns(blended, columns, destination.Slice(y * rowBytes, width * Picture.Channels));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(blended);
        }
    }

    // Sixteen values at a time over all rows that they need, so that sums stay in registers.
    private static void BlendRows(Picture source, ResamplingTaps rows, int y, int firstColumn, Span<float> blended)
    {
        ReadOnlySpan<float> weights = rows.Weights(y);
        int rowBytes = source.Width * Picture.Channels;
        ReadOnlySpan<byte> pixels = source.Pixels[((rows.Start(y) * source.Width + firstColumn) * Picture.Channels)..];
        ref byte bytes = ref MemoryMarshal.GetReference(pixels);
        ref float sums = ref MemoryMarshal.GetReference(blended);
        int i = 0;
        for (; i + Vector128<byte>.Count <= blended.Length; i += Vector128<byte>.Count)
        {
            Vector256<float> low = default, high = default;
            nuint at = (nuint)i;
            foreach (float weight in weights)
            {
                Vector256<byte> row = Vector128.LoadUnsafe(ref bytes, at).ToVector256Unsafe();
                (Vector256<uint> lowValues, Vector256<uint> highValues) = Vector256.Widen(Vector256.WidenLower(row));
                low += Vector256.ConvertToSingle(lowValues.AsInt32()) * weight;
                high += Vector256.ConvertToSingle(highValues.AsInt32()) * weight;
                at += (nuint)rowBytes;
            }

            low.StoreUnsafe(ref sums, (nuint)i);
            high.StoreUnsafe(ref sums, (nuint)(i + Vector256<float>.Count));
        }

        for (; i < blended.Length; i++)
        {
            float sum = 0;
            for (int k = 0; k < weights.Length; k++)
                sum += pixels[k * rowBytes + i] * weights[k];
            blended[i] = sum;
        }
    }

    private static void BlendColumns(ReadOnlySpan<float> blended, ResamplingTaps columns, Span<byte> output)
    {
        ref float values = ref MemoryMarshal.GetReference(blended);
        for (int x = 0, to = 0; to < output.Length; x++, to += Picture.Channels)
        {
            // Red, green, blue and one value that is not used.
            Vector128<float> sum = Vector128.Create(0.5f);
            ReadOnlySpan<float> weights = columns.Weights(x);
            nuint at = (nuint)((columns.Start(x) - columns.First) * Picture.Channels);
            foreach (float weight in weights)
            {
                sum += Vector128.LoadUnsafe(ref values, at) * weight;
                at += Picture.Channels;
            }

            Vector128<int> rounded = Vector128.ConvertToInt32(sum);
            output[to] = (byte)Math.Clamp(rounded[0], 0, 255);
            output[to + 1] = (byte)Math.Clamp(rounded[1], 0, 255);
            output[to + 2] = (byte)Math.Clamp(rounded[2], 0, 255);
        }
    }
}
