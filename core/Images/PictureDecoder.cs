using SkiaSharp;

namespace SpikingDetector.Core.Images;

/// <summary>
/// Decodes JPEG, PNG, WebP and BMP of any kind (grey, palette, CMYK, 16 bits a channel, transparent, animated) to what
/// a viewer shows: turned by its EXIF orientation, transparency over white, the first frame. Colour profiles are not
/// applied: data sets are read without them everywhere, so networks expect the stored values.
/// </summary>
public static class PictureDecoder
{
    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="limits">How large it may be; <see cref="PictureLimits.Default"/> unless given.</param>
    /// <exception cref="PictureException">It is empty, of another format, too large, cut short or damaged.</exception>
    public static Picture Decode(ReadOnlySpan<byte> content, PictureLimits? limits = null) =>
        ToOwned(Decode(content, limits, "The picture"));

    /// <summary>The same into borrowed memory, for a program that decodes without end; dispose of the picture.</summary>
    /// <exception cref="PictureException">As for any decoding.</exception>
    public static Picture DecodeBorrowed(ReadOnlySpan<byte> content, PictureLimits? limits = null) =>
        Decode(content, limits, "The picture");

    /// <summary>Decodes a file. Complaints name it.</summary>
    /// <exception cref="PictureException">As for bytes.</exception>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture DecodeFile(string path, PictureLimits? limits = null)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no picture {path}.");

        return ToOwned(Decode(File.ReadAllBytes(path), limits, path));
    }

    private static Picture ToOwned(Picture borrowed)
    {
        using (borrowed)
            return new Picture(borrowed.Width, borrowed.Height, borrowed.Pixels.ToArray());
    }

    private static unsafe Picture Decode(ReadOnlySpan<byte> content, PictureLimits? limits, string name)
    {
        if (content.IsEmpty)
            throw new PictureException(PictureError.Empty, $"{name} is empty: 0 bytes.");
        if (PictureFormats.Detect(content) is null)
        {
            throw new PictureException(
                PictureError.UnsupportedFormat, $"{name} is not of a format that is read: expected {PictureFormats.Names}.");
        }

        fixed (byte* bytes = content)
        {
            using SKData data = SKData.Create((nint)bytes, content.Length);
            using SKCodec? codec = SKCodec.Create(data);
            if (codec is null)
                throw Undecodable(name, "its header is damaged or cut short");

            CheckSize(codec.Info, limits ?? PictureLimits.Default, name);
            Picture stored = DecodePixels(codec, name);

            // Skia reads the orientation of JPEG and WebP only.
            SKEncodedOrigin origin = codec.EncodedFormat == SKEncodedImageFormat.Png
                ? PngOrientation.Read(content)
                : codec.EncodedOrigin;
            return Orientation.Apply(stored, origin);
        }
    }

    private static void CheckSize(SKImageInfo info, PictureLimits limits, string name)
    {
        long pixels = (long)info.Width * info.Height;
        if (info.Width <= limits.MaxSide && info.Height <= limits.MaxSide && pixels <= limits.MaxPixels)
            return;

        throw new PictureException(
            PictureError.TooLarge,
            $"{name} is {info.Width}×{info.Height} pixels, and at most {limits.MaxSide} a side and {limits.MaxPixels} "
            + "in all are read: scale it down first.");
    }

    private static unsafe Picture DecodePixels(SKCodec codec, string name)
    {
        int width = codec.Info.Width, height = codec.Info.Height;
        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;

        // No colour space: the stored values. Unpremultiplied, so that nothing is rounded before the blend.
        var info = new SKImageInfo(
            width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, colorspace: null);
        var buffer = new PixelBuffer(info.BytesSize);
        try
        {
            fixed (byte* pixels = buffer.Bytes)
            {
                SKCodecResult result = codec.GetPixels(info, (nint)pixels);
                if (result != SKCodecResult.Success)
                {
                    throw Undecodable(
                        name, result == SKCodecResult.IncompleteInput ? "it is cut short" : "its data are damaged");
                }
            }

            var picture = new Picture(width, height, buffer);
            if (opaque)
                PixelLayout.DropAlpha(buffer.Bytes, picture.Pixels);
            else
                PixelLayout.BlendOverWhite(buffer.Bytes, picture.Pixels);
            return picture;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private static PictureException Undecodable(string name, string reason) =>
        new(PictureError.Undecodable, $"{name} cannot be decoded: {reason}.");
}
