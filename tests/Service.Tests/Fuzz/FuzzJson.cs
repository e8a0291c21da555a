using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>JSON that is not as it should be.</summary>
internal static class FuzzJson
{
    private static readonly string[] Names = ["image", "image", "events", "Image", "i\\u006dage", "\\ud83d", "", "model", "image\\u0000", "__proto__"];

    private static readonly string[] Types =
        ["application/json", "application/json", "application/json", "application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "application/json; charset=utf-16", "application/json;", "application/json; charset="];

    public static byte[] Request(Dice dice)
    {
        byte[] body = Encoding.Latin1.GetBytes(Body(dice));
        if (dice.Chance(6))
            body = [0xEF, 0xBB, 0xBF, .. body];
        if (dice.Chance(4))
            body = Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(body));
        if (dice.Chance(15))
            body = ByteMutations.Mutate(body, dice);
        return FuzzRequests.Post(dice, dice.Pick("/detect", "/classify?model=kinds", "/classify?model=moves", "/v1/vision/detection"), dice.Chance(85) ? Types[0] : dice.Pick<string>(Types), body);
    }

    /// <summary>Any value, as text.</summary>
    public static string Value(Dice dice, int depth = 0) => dice.Below(depth > 3 ? 8 : 12) switch
    {
        0 => "null",
        1 => dice.Pick("true", "false", "true", "false", "True", "nul"),
        2 => Number(dice),
        3 => "\"\"",
        4 => dice.Pick("\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"\u0001\"", "\"\u00ff\u00fe\"", "\"\u00c0\u00af\"", "\"\\u12\"", "\"\\ud83d\\ude00\""),
        5 => $"\"{Base64(dice)}\"",
        6 => $"\"{new string('A', dice.Pick(1, 4, 70_000))}\"",
        7 => Deep(dice),
        8 or 9 => $"[{string.Join(dice.Pick(",", ",", " , ", ",,"), Enumerable.Range(0, dice.Below(4)).Select(_ => Value(dice, depth + 1)))}]",
        _ => Object(dice, depth),
    };

    public static string Number(Dice dice) => dice.Pick(
        "0", "-0", "7", "255", "1e999", "-1e-999", "99999999999999999999999", "0.1", "01", "+1", ".5", "1.", "NaN", "-Infinity", "0x10", "1e", "256", "-1", new string('9', 5000), $"{dice.Extreme()}", $"1e{dice.Extreme()}");

    private static string Body(Dice dice) => dice.Below(10) switch
    {
        0 => Value(dice),
        1 => "",
        2 => Object(dice, 0) + dice.Pick(" ", "{}", "\0", "//", "/* */", ","),
        _ => Object(dice, 0),
    };

    private static string Object(Dice dice, int depth)
    {
        IEnumerable<string> fields = Enumerable.Range(0, dice.Below(4)).Select(_ =>
            $"\"{dice.Pick<string>(Names)}\"{(dice.Chance(95) ? ":" : dice.Pick("", "=", " \n:\t"))}{Value(dice, depth + 1)}");
        return $"{{{string.Join((dice.Chance(95) ? "," : ";"), depth == 0 ? fields.Append($"\"image\":\"{Base64(dice)}\"") : fields)}{(dice.Chance(95) ? "" : ",")}}}";
    }

    private static string Base64(Dice dice)
    {
        string text = Convert.ToBase64String(FuzzFiles.Picture(dice));
        return dice.Below(16) switch
        {
            0 => text.TrimEnd('=')[..^Math.Min(1, text.TrimEnd('=').Length)],
            1 => text.Replace('+', '-').Replace('/', '_'),
            2 => text.Replace("/", "\\/", StringComparison.Ordinal),
            3 => string.Concat(text.Take(2000).Select(character => $"\\u{(int)character:x4}")),
            4 => text.Insert(dice.Below(text.Length), dice.Pick(" ", "\n", "\\n", "=", "\u00ff", "data:image/png;base64,")),
            5 => "data:image/png;base64," + text,
            6 => text + dice.Pick("=", "==", "A", "\\u003d"),
            _ => text,
        };
    }

    private static string Deep(Dice dice)
    {
        int depth = dice.Pick(10, 63, 64, 65, 1000, 50_000);
        string open = dice.Pick("[", "{\"a\":", "[{\"a\":");
        string text = string.Concat(Enumerable.Repeat(open, depth));
        return dice.Chance(50) ? text : text + "1" + string.Concat(Enumerable.Repeat(string.Concat(open.Reverse().Select(sign => sign switch { '[' => "]", '{' => "}", _ => "" })), depth));
    }
}
