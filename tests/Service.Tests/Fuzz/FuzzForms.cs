using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Forms whose boundaries, headers and parts are not as they should be.</summary>
internal static class FuzzForms
{
    private static readonly string[] Paths = ["/detect", "/detect", "/classify?model=kinds", "/classify?model=moves", "/v1/vision/detection", "/v1/vision/custom/things"];

    private static readonly string[] Names =
    [
        "image", "image", "image", "file", "events", "min_confidence", "api_key", "\"image\"", "\"im\\\"age\"", "", "\"\"", "\u00e9", "image\0", "\"image", "'image'", "image; name=image",
        "_charset_", "=?utf-8?B?aW1hZ2U=?=",
    ];

    private static readonly string[] FileNames =
    [
        "", "; filename=a.jpg", "; filename=\"../../etc/passwd\"", "; filename*=UTF-8''%e2%82%ac", "; filename*=UTF-8''%", "; filename*=no-charset''a", "; filename*=''", "; filename*=utf-7''+",
        "; filename=\"=?utf-8?B?////?=\"", "; filename=\"=?x?B?AA?=\"", "; filename=\"\r\n folded\"", "; filename=\"<script>\"", "; filename=\ud83d\ude00", "; FILENAME=a; filename=b", "; filename=\"",
    ];

    private static readonly string[] PartHeaders =
    [
        "", "Content-Type: image/png\r\n", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: \r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Length: 99999999999\r\n",
        "Content-Encoding: gzip\r\n", "Content-Disposition: form-data; name=image\r\n", "X: y\r\n", ": y\r\n", "no colon\r\n", "X:\0\r\n", " folded\r\n", "\u00ff: \u00ff\r\n",
    ];

    public static byte[] Request(Dice dice)
    {
        string boundary = dice.Pick("x", "x", "x", "----WebKitFormBoundaryAbC", "'()+_,-./:=?", new string('b', 70), "a b");
        byte[] body = Body(dice, boundary);
        if (dice.Chance(20))
            body = ByteMutations.Mutate(body, dice);
        string type = dice.Chance(92)
            ? $"multipart/form-data; boundary=\"{boundary}\""
            : dice.Pick(
                "multipart/form-data; boundary=", "multipart/form-data; boundary", "multipart/form-data; boundary=x; boundary=y", "multipart/form-data; boundary=\"x", "MULTIPART/FORM-DATA;BOUNDARY=x",
                "multipart/form-data; charset=utf-7; boundary=x", $"multipart/form-data; boundary={new string('x', 71)}", "multipart/form-data; boundary=\u00e9", "multipart/*; boundary=x", "multipart/form-data; boundary=\" \"");
        return FuzzRequests.Post(dice, dice.Pick<string>(Paths), type, body);
    }

    private static byte[] Body(Dice dice, string boundary)
    {
        var body = new List<byte>();
        if (dice.Chance(8))
            body.AddRange(dice.Bytes(dice.Pick(1, 200, 20_000))); // A preamble.
        int parts = dice.Chance(4) ? dice.Pick(33, 65, 2000) : dice.Below(5);
        bool small = parts > 5;
        for (int i = 0; i < parts; i++)
        {
            body.AddRange(Text($"{(i == 0 && body.Count == 0 ? "" : "\r\n")}--{boundary}{(dice.Chance(96) ? "" : dice.Pick(" ", "\t", "x"))}{LineEnd(dice)}"));
            body.AddRange(PartHead(dice));
            body.AddRange(small ? dice.Bytes(dice.Below(3)) : Content(dice, boundary));
        }

        if (dice.Chance(90))
            body.AddRange(Text($"\r\n--{boundary}--{LineEnd(dice)}"));
        if (dice.Chance(8))
            body.AddRange(dice.Bytes(dice.Pick(1, 200, 20_000))); // An epilogue.
        return [.. body];
    }

    private static byte[] PartHead(Dice dice)
    {
        if (dice.Chance(3))
            return [.. "Content-Disposition: form-data; name=image; x="u8, .. Enumerable.Repeat((byte)'a', dice.Pick(1000, 16_000, 70_000)), .. "\r\n\r\n"u8];
        if (dice.Chance(3))
            return Text(string.Concat(Enumerable.Range(0, dice.Pick(15, 16, 17, 300)).Select(i => $"X-{i}: {i}\r\n")) + "\r\n");

        string disposition = dice.Chance(92)
            ? $"Content-Disposition: {dice.Pick("form-data", "form-data", "form-data", "FORM-DATA", "attachment", "", "form-data;")}; name={(dice.Chance(50) ? "image" : dice.Pick<string>(Names))}{dice.Pick<string>(FileNames)}\r\n"
            : "";
        return Text($"{disposition}{(dice.Chance(60) ? "" : dice.Pick<string>(PartHeaders))}{LineEnd(dice)}");
    }

    private static byte[] Content(Dice dice, string boundary) => dice.Below(12) switch
    {
        0 => [],
        1 => Text($"--{boundary}"),
        2 => Text($"\r\n--{boundary[..^1]}\r\n--{boundary}y"),
        3 => Text("0.5"),
        4 => dice.Bytes(dice.Pick(1, 1025, 5000)),
        5 => Nested(dice),
        _ => FuzzFiles.Picture(dice),
    };

    /// <summary>A form within a form, many times over.</summary>
    private static byte[] Nested(Dice dice)
    {
        var text = new StringBuilder();
        for (int depth = dice.Pick(1, 5, 300); depth > 0; depth--)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"--n{depth}\r\nContent-Type: multipart/mixed; boundary=n{depth - 1}\r\nContent-Disposition: form-data; name=image\r\n\r\n");
        return Text(text.ToString());
    }

    private static string LineEnd(Dice dice) => dice.Chance(98) ? "\r\n" : dice.Pick("\n", "\r", "", "\r\r\n", "\0\r\n");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
