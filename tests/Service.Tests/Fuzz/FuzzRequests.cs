using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Requests as they stand on the connection, after which the server closes it.</summary>
internal static class FuzzRequests
{
    private static readonly string[] PicturePaths =
    [
        "/detect", "/detect", "/classify?model=kinds", "/detect?model=things&score_threshold=0.1", "/classify?model=kinds&top_k=3",
    ];

    private static readonly string[] Accepts = ["application/json", "image/png", "image/jpeg", "application/x-ndjson", "image/*;q=0.5, application/json;q=0.1"];

    private static readonly string[] StrangeAccepts = ["text/html", ";;q=,", "image/png;q=9999999999999", "application/json;q=0", "\u00ff/*", ",,,,", ""];

    private static readonly string[] MoreHeaders =
    [
        "X-Correlation-ID: \u00e9\u00e8", "X-Request-ID: a\tb", "traceparent: 00-zz-zz-01", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate: =,=;;", "baggage: a=%zz,%", "X-Forwarded-For: ::::, 1.2.3.4.5", "Cookie: a=b; ;=", "Range: bytes=9-1", "If-None-Match: \"\u00ff", "Origin: null",
        "Authorization: Bearer", "Authorization: \u00ff \u00ff", "X-API-Key:", "Content-Encoding: identity", "Content-Encoding: gzip", "Accept-Language: *;q=NaN", "Expect: 100-continue",
        "Upgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13", "Upgrade: h2c\r\nHTTP2-Settings: AAAA", "Accept-Charset: \u0001",
        "X-HTTP-Method-Override: TRACE", "Access-Control-Request-Method: \u00ff", "If-Modified-Since: yesterday", "Content-Language: \u20ac",
    ];

    /// <summary>A picture as the body.</summary>
    public static byte[] Picture(Dice dice) =>
        Post(dice, dice.Pick<string>(PicturePaths), dice.Chance(97) ? "image/jpeg" : dice.Pick("image/", "image", "image/png;q", "image/\u00ff"), FuzzFiles.Picture(dice));

    /// <summary>Data of an event camera as the body.</summary>
    public static byte[] Events(Dice dice) => Post(dice, "/classify?model=moves", "application/octet-stream", FuzzFiles.EventData(dice));

    /// <summary>A whole request, now and then with headers that ask for trouble, or in chunks.</summary>
    public static byte[] Post(Dice dice, string path, string contentType, byte[] body, params string[] headers)
    {
        var head = new StringBuilder($"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {contentType}\r\nAccept: {Accept(dice)}\r\n");
        foreach (string header in headers)
            head.Append(header).Append("\r\n");
        if (dice.Chance(10))
            head.Append(dice.Pick<string>(MoreHeaders)).Append("\r\n");
        return dice.Chance(12)
            ? [.. Bytes(head.Append("Transfer-Encoding: chunked\r\n\r\n")), .. Chunked(dice, body)]
            : [.. Bytes(head.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")), .. body];
    }

    public static byte[] Chunked(Dice dice, byte[] body)
    {
        var chunked = new List<byte>();
        for (int start = 0; start < body.Length;)
        {
            int length = Math.Min(1 + dice.Below(dice.Pick(4, 100, 5000)), body.Length - start);
            chunked.AddRange(Encoding.ASCII.GetBytes($"{length:x}{(dice.Chance(5) ? ";extension=\"\"" : "")}\r\n"));
            chunked.AddRange(body.AsSpan(start, length));
            chunked.AddRange("\r\n"u8);
            start += length;
        }

        chunked.AddRange(Encoding.ASCII.GetBytes(dice.Chance(10) ? "0\r\nX-Trailer: a\r\n\r\n" : "0\r\n\r\n"));
        return [.. chunked];
    }

    private static string Accept(Dice dice) => dice.Below(20) switch
    {
        < 14 => "*/*",
        < 19 => dice.Pick<string>(Accepts),
        _ => dice.Pick<string>(StrangeAccepts),
    };

    private static byte[] Bytes(StringBuilder head) => Encoding.Latin1.GetBytes(head.ToString());
}
