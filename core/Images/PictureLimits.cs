namespace SpikingDetector.Core.Images;

/// <summary>
/// How large a picture may be. Its header is held against these before any memory for pixels is taken, so that a small
/// file cannot ask for gigabytes.
/// </summary>
public sealed record PictureLimits
{
    /// <summary>Most pixels in all: 50 million unless set, which takes 350 MB while decoding.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Most pixels along either side: 16,384 unless set.</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>The limits that hold unless others are given.</summary>
    public static PictureLimits Default { get; } = new();
}
