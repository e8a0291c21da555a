using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.Images;

/// <summary>How large a picture may be: the configuration section <c>Images</c>.</summary>
internal sealed class ImageOptions
{
    public const string Section = "Images";

    /// <summary>Most bytes of a request's body, in any of its forms: 1 KiB…1 GiB, 20 MiB unless set.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxBodyBytes { get; set; } = 20 << 20;

    /// <summary>Most pictures or recordings of one request that is answered as a whole: 1…1024, 64 unless set.</summary>
    [Range(1, 1024)]
    public int MaxFilesPerRequest { get; set; } = 64;

    /// <summary>
    /// Most bytes of a body whose files are answered one by one as they come (<c>application/x-ndjson</c>): 1 KiB…1 TiB, 4 GiB
    /// unless set. Each of its files may have <see cref="MaxBodyBytes"/>.
    /// </summary>
    [Range(1 << 10, 1L << 40)]
    public long MaxStreamBytes { get; set; } = 4L << 30;

    /// <summary>
    /// Most pixels of a picture: 1…500 million, 50 million unless set; decoding takes 7 to 20 bytes for each, most for progressive and
    /// interlaced files.
    /// </summary>
    [Range(1, 500_000_000)]
    public int MaxPixels { get; set; } = 50_000_000;

    /// <summary>Most pixels of either side: 1…65,535, 16,384 unless set.</summary>
    [Range(1, 65_535)]
    public int MaxSide { get; set; } = 16_384;
}
