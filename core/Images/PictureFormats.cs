namespace SpikingDetector.Core.Images;

/// <summary>Tells a picture's format, by its first bytes or by its file's name.</summary>
public static class PictureFormats
{
    /// <summary>The formats' names as a sentence lists them.</summary>
    public const string Names = "JPEG, PNG, WebP or BMP";

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <summary>The format that the first bytes announce; null where it is none of those that are read.</summary>
    public static PictureFormat? Detect(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PictureFormat.Jpeg;
        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return PictureFormat.Png;
        if (content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8))
            return PictureFormat.WebP;
        if (content.StartsWith("BM"u8))
            return PictureFormat.Bmp;
        return null;
    }

    /// <summary>Whether the file's name ends like that of a picture, in capitals or not.</summary>
    public static bool HasPictureName(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
