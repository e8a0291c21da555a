namespace SpikingDetector.Core.Images;

/// <summary>The formats that are read.</summary>
public enum PictureFormat
{
    Jpeg,
    Png,
    WebP,
    Bmp,
}
