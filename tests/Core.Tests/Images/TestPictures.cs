using SkiaSharp;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Tests.Images;

/// <summary>Pictures and files made for tests.</summary>
internal static class TestPictures
{
    /// <summary>A picture whose bytes follow a formula, different at every position.</summary>
    public static Picture Pattern(int width, int height)
    {
        var picture = new Picture(width, height);
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                    picture.Pixels[i++] = (byte)(x * 37 + y * 59 + channel * 83 + x * y * 11);
            }
        }

        return picture;
    }

    public static Picture Uniform(int width, int height, Rgb colour)
    {
        var picture = new Picture(width, height);
        for (int i = 0; i < picture.Pixels.Length; i += 3)
            (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]) = (colour.Red, colour.Green, colour.Blue);
        return picture;
    }

    /// <summary>Encodes raw pixels of any Skia layout.</summary>
    public static unsafe byte[] Encode(SKImageInfo info, byte[] pixels, SKEncodedImageFormat format)
    {
        fixed (byte* start = pixels)
        {
            using var pixmap = new SKPixmap(info, (nint)start);
            using SKData data = pixmap.Encode(format, 100)!;
            return data.ToArray();
        }
    }

    /// <summary>A lossless file of the format with the picture's pixels (JPEG: nearly).</summary>
    public static byte[] Encode(Picture picture, PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => PictureEncoder.EncodeJpeg(picture, 95),
        PictureFormat.Png => PictureEncoder.EncodePng(picture),
        PictureFormat.Bmp => Bmp(picture),
        _ => WebP(picture),
    };

    /// <summary>The JPEG with an EXIF block (APP1) put after its first marker.</summary>
    public static byte[] WithExifOrientation(byte[] jpeg, byte orientation)
    {
        byte[] tiff = Tiff(orientation, bigEndian: false);
        int length = 2 + 6 + tiff.Length;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. tiff, .. jpeg[2..]];
    }

    /// <summary>The PNG with an eXIf chunk put after its header, its checksum left at 0 as decoders pass it over.</summary>
    public static byte[] WithPngExif(byte[] png, byte[] exif)
    {
        const int HeaderEnd = 8 + 12 + 13;
        return [.. png[..HeaderEnd], 0, 0, 0, (byte)exif.Length, .. "eXIf"u8, .. exif, 0, 0, 0, 0, .. png[HeaderEnd..]];
    }

    /// <summary>The smallest EXIF block: a TIFF header and one directory with the orientation.</summary>
    public static byte[] Tiff(byte orientation, bool bigEndian) => bigEndian
        ? [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        : [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    public static Rgb At(Picture picture, int x, int y)
    {
        ReadOnlySpan<byte> pixel = picture.Pixels.Slice((y * picture.Width + x) * 3, 3);
        return new Rgb(pixel[0], pixel[1], pixel[2]);
    }

    public static void AssertNear(Rgb expected, Rgb actual, int tolerance)
    {
        Assert.InRange(actual.Red, expected.Red - tolerance, expected.Red + tolerance);
        Assert.InRange(actual.Green, expected.Green - tolerance, expected.Green + tolerance);
        Assert.InRange(actual.Blue, expected.Blue - tolerance, expected.Blue + tolerance);
    }

    private static unsafe byte[] WebP(Picture picture)
    {
        byte[] rgba = new byte[picture.Width * picture.Height * 4];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            picture.Pixels.Slice(i * 3, 3).CopyTo(rgba.AsSpan(i * 4));
            rgba[i * 4 + 3] = 255;
        }

        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* start = rgba)
        {
            using var pixmap = new SKPixmap(info, (nint)start);
            using SKData data = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50))!;
            return data.ToArray();
        }
    }

    // Skia writes no BMP: a file header, a BITMAPINFOHEADER, rows from the bottom up in BGR, padded to four bytes.
    private static byte[] Bmp(Picture picture)
    {
        int rowBytes = (picture.Width * 3 + 3) / 4 * 4;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("BM"u8);
        writer.Write(54 + rowBytes * picture.Height);
        writer.Write(0);
        writer.Write(54);
        writer.Write(40);
        writer.Write(picture.Width);
        writer.Write(picture.Height);
        writer.Write((short)1);
        writer.Write((short)24);
        for (int i = 0; i < 6; i++)
            writer.Write(0);
        for (int y = picture.Height - 1; y >= 0; y--)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                Rgb pixel = At(picture, x, y);
                writer.Write([pixel.Blue, pixel.Green, pixel.Red]);
            }

            writer.Write(new byte[rowBytes - picture.Width * 3]);
        }

        return stream.ToArray();
    }
}
