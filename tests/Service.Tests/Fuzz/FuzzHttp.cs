using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>What stands on a connection and is not quite HTTP/1.1.</summary>
internal static class FuzzHttp
{
    private static readonly string[] Lengths =
    [
        "Content-Length: 0", "Content-Length: 1", "Content-Length: 5000000000", "Content-Length: 18446744073709551616", "Content-Length: -1", "Content-Length: +5", "Content-Length: 0x5", "Content-Length: 5, 5",
        "Content-Length: 5\r\nContent-Length: 6", "Content-Length : 5", "Content-Length:\t5", "Content-Length: 5 5", "Content-Length: \r\n 5", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:\u000bchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Expect: 100-continue\r\nContent-Length: 900", "Expect: 200-ok\r\nContent-Length: 5", "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 5",
    ];

    private static readonly string[] Chunks =
    [
        "5\r\nabcde\r\n0\r\n\r\n", "5\r\nabc", "ffffffffffffffff\r\nabc", "-5\r\nabcde\r\n0\r\n\r\n", "zz\r\n", "5;a=b;c\r\nabcde\r\n0\r\n\r\n", "5\nabcde\n0\n\n", "0\r\nX: y\r\n: z\r\n\r\n", "00000000000000005\r\nabcde\r\n0\r\n\r\n",
        "5\r\nabcdeXX0\r\n\r\n", "0\r\nContent-Length: 50\r\n\r\n", "7fffffff\r\n", "5 \r\nabcde\r\n0\r\n\r\n", "0x5\r\nabcde\r\n0\r\n\r\n",
    ];

    private static readonly string[] FirstLines =
    [
        "POST /detect HTTP/1.1", "POST /detect HTTP/1.0", "POST /detect HTTP/1.1 ", "POST  /detect HTTP/1.1", "post /detect HTTP/1.1", "POST http://localhost/detect HTTP/1.1", "POST /detect?model=%ff%00 HTTP/1.1",
        "POST /detect?score_threshold=%zz&&&=&model HTTP/1.1", "POST /%c0%af../detect HTTP/1.1", "POST //detect HTTP/1.1", "POST /detect\u00e9 HTTP/1.1", "POST * HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT localhost:1 HTTP/1.1",
        "TRACE / HTTP/1.1", "GET /models/%2e%2e%2f HTTP/1.1", "GET /models/\u0001 HTTP/1.1", "HEAD /detect HTTP/1.1", "PRI * HTTP/2.0", "GET /metrics?x=\ud83d\ude00 HTTP/1.1", "POST /detect#x HTTP/1.1", "GET", "\0\0\0", "POST /v2/models/kinds/infer HTTP/1.1",
        "GET /swagger/../../appsettings.json HTTP/1.1", "POST /v1/vision/custom/%2f HTTP/1.1", "GET /models/a%0d%0aSet-Cookie:x HTTP/1.1",
    ];

    private static readonly string[] Hosts = ["Host: localhost\r\n", "Host: localhost\r\n", "Host: localhost\r\n", "", "Host:\r\n", "Host: a\r\nHost: b\r\n", "Host: a/b\r\n", "Host: \u00ff\r\n", "Host: [::1\r\n"];

    public static FuzzCase Case(int seed, Dice dice) => dice.Below(6) switch
    {
        0 => new FuzzCase(seed, "pipeline", FuzzTarget.Http, Pipeline(dice), IsWhole: true),
        1 => new FuzzCase(seed, "cut", FuzzTarget.Http, Cut(dice), IsWhole: false),
        2 => new FuzzCase(seed, "broken HTTP", FuzzTarget.Http, ByteMutations.Mutate(FuzzForms.Request(dice), dice), IsWhole: false),
        _ => new FuzzCase(seed, "framing", FuzzTarget.Http, Framing(dice), IsWhole: false),
    };

    private static byte[] Framing(Dice dice)
    {
        string length = dice.Chance(30) ? "Transfer-Encoding: chunked" : dice.Pick<string>(Lengths);
        string body = length.Contains("chunked", StringComparison.Ordinal) || dice.Chance(10) ? Chunk(dice) : "abcde";
        string first = dice.Chance(50) ? FirstLines[0] : dice.Pick<string>(FirstLines);
        string more = dice.Below(8) switch
        {
            0 => $"X: {new string('x', dice.Pick(1000, 17_000, 100_000))}\r\n",
            1 => string.Concat(Enumerable.Range(0, dice.Pick(90, 101, 3000)).Select(i => $"X-{i}: {i}\r\n")),
            2 => "X: a\rb\r\n",
            3 => "X: a\0b\r\n",
            4 => "X\u00ff: a\r\n",
            _ => "",
        };
        string smuggled = dice.Chance(30) ? "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n" : "";
        return Encoding.Latin1.GetBytes($"{first}\r\n{dice.Pick<string>(Hosts)}Content-Type: image/jpeg\r\n{length}\r\n{more}\r\n{body}{smuggled}");
    }

    private static string Chunk(Dice dice) => dice.Chance(60)
        ? dice.Pick<string>(Chunks)
        : FormattableString.Invariant($"{(dice.Chance(50) ? "3\r\nabc\r\n" : "")}{dice.Extreme():x}{dice.Pick("", "0", "ffffff", ";x", " ")}\r\nabc");

    /// <summary>Several requests at once, the last of which ends the connection.</summary>
    private static byte[] Pipeline(Dice dice)
    {
        var requests = new StringBuilder();
        for (int i = dice.Pick(1, 5, 60); i > 0; i--)
        {
            requests.Append(dice.Pick(
                "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n", "GET /models HTTP/1.1\r\nHost: a\r\n\r\n", "POST /detect HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\nabc",
                "POST /classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n"));
        }

        return [.. Encoding.Latin1.GetBytes(requests.ToString()), .. FuzzRequests.Picture(dice)];
    }

    /// <summary>A good request that stops somewhere.</summary>
    private static byte[] Cut(Dice dice)
    {
        byte[] whole = dice.Chance(50) ? FuzzForms.Request(dice) : dice.Chance(50) ? FuzzTensors.Request(dice) : FuzzRequests.Picture(dice);
        return whole[..dice.Below(whole.Length)];
    }
}
