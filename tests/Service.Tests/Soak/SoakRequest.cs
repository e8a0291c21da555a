using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;

namespace SpikingDetector.Service.Tests.Soak;

/// <summary>One request of the soak.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Path">Route and query.</param>
/// <param name="Content">Makes its body anew for each sending.</param>
internal sealed record SoakRequest(SoakKind Kind, string Path, Func<HttpContent> Content)
{
    private const int Garbage = 2000;

    private static readonly string[] Paths =
        ["/detect", "/detect?score_threshold=0.2", "/detect?max_detections=3", "/classify?top_k=3", "/classify"];

    /// <summary>Good files of all formats and of many sizes.</summary>
    public static IReadOnlyList<byte[]> Files { get; } =
    [
        .. from format in Enum.GetValues<PictureFormat>()
           from size in (int[])[16, 61, 150]
           select TestPictures.Encode(TestPictures.Pattern(size, size * 2 / 3 + 1), format),
    ];

    /// <summary>All good requests that the soak may send.</summary>
    public static IReadOnlyList<SoakRequest> Good { get; } =
    [
        .. from path in Paths
           from file in Files
           from form in (Func<byte[], HttpContent>[])[file => Requests.Raw(file), file => Requests.Form(file), Requests.Json]
           select new SoakRequest(SoakKind.Good, path, () => form(file)),
    ];

    /// <summary>A good request whose body comes slowly.</summary>
    public static SoakRequest Slow(SoakRequest good, Random random)
    {
        int pieces = random.Next(2, 6);
        var pause = TimeSpan.FromMilliseconds(random.Next(5, 40));
        return good with
        {
            Kind = SoakKind.Slow,
            Content = () =>
            {
                using HttpContent whole = good.Content();
                using var body = new MemoryStream();
                whole.CopyTo(body, null, CancellationToken.None);
                var slow = new SlowContent(body.ToArray(), pieces, pause);
                slow.Headers.ContentType = whole.Headers.ContentType;
                return slow;
            },
        };
    }

    /// <summary>A body that no client means well with.</summary>
    public static SoakRequest Hostile(Random random)
    {
        byte[] file = [.. Files[random.Next(Files.Count)]];
        byte[] garbage = new byte[random.Next(1, Garbage)];
        random.NextBytes(garbage);
        for (int i = 0; i < 5; i++)
            file[random.Next(file.Length)] = (byte)random.Next(256);
        byte[] cut = file[..random.Next(1, file.Length)];
        return new SoakRequest(SoakKind.Hostile, Paths[random.Next(Paths.Length)], random.Next(7) switch
        {
            0 => () => Requests.Raw(garbage),
            1 => () => Requests.Raw(file),
            2 => () => Requests.Form(cut),
            3 => () => Requests.Json(cut),
            4 => () => Requests.Raw("{\"image\": \"" + new string('A', garbage.Length), "application/json"),
            5 => () => Requests.Raw("--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nFF", "multipart/form-data; boundary=b"),
            _ => () => Requests.Raw(garbage, "text/plain"),
        });
    }
}
