using System.Text;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Inference requests of the Open Inference Protocol, in JSON and with bytes behind it.</summary>
internal static class FuzzTensors
{
    private static readonly string[] Paths =
    [
        "/v2/models/kinds/infer", "/v2/models/kinds/infer", "/v2/models/things/infer", "/v2/models/moves/infer", "/v2/models/kinds/versions/1/infer", "/v2/models/none/infer",
        "/v2/models/kinds/versions/%2e%2e/infer", "/v2/models/%00/infer",
    ];

    private static readonly string[] Shapes =
    [
        "[1,{0},{1},3]", "[2,{0},{1},3]", "[0,{0},{1},3]", "[-1,{0},{1},3]", "[{0},{1},3]", "[1,{0},{1}]", "[99999999999,{0},{1},3]", "[1.5,{0},{1},3]", "[\"1\",{0},{1},3]", "[[1],{0},{1},3]", "null", "[]",
        "[1,{0},{1},3,1]", "[4294967297,{0},{1},3]", "[9223372036854775807,2,2,3]", "[1,{0},{1},-3]",
    ];

    public static byte[] Request(Dice dice)
    {
        string path = dice.Chance(60) ? Paths[0] : dice.Pick<string>(Paths);
        (int height, int width) = path.Contains("things", StringComparison.Ordinal) ? FuzzModels.DetectorInput : FuzzModels.ClassifierInput;
        bool binary = dice.Chance(45);
        int size = height * width * 3;
        string data = binary
            ? $"\"parameters\":{{\"binary_data_size\":{(dice.Chance(88) ? $"{size}" : FuzzJson.Number(dice))}}}"
            : $"\"data\":{Data(dice, size)}";
        byte[] json = Encoding.Latin1.GetBytes(Json(dice, height, width, data));
        if (dice.Chance(15))
            json = ByteMutations.Mutate(json, dice);
        if (!binary)
            return FuzzRequests.Post(dice, path, "application/json", json);

        byte[] body = [.. json, .. dice.Bytes(dice.Chance(75) ? size : dice.Pick(size - 1, size + 1, 0, 2 * size))];
        string length = dice.Chance(85) ? $"{json.Length}" : dice.Pick("0", "-1", "1", $"{json.Length - 1}", $"{json.Length + 1}", $"{body.Length}", "99999999999999999999", "1e3", "", "0x10", $"{dice.Extreme()}");
        string[] headers = dice.Chance(5)
            ? [$"Inference-Header-Content-Length: {length}", $"Inference-Header-Content-Length: {length}"]
            : [$"Inference-Header-Content-Length: {length}"];
        return FuzzRequests.Post(dice, path, "application/octet-stream", body, headers);
    }

    private static string Json(Dice dice, int height, int width, string data)
    {
        string shape = string.Format(System.Globalization.CultureInfo.InvariantCulture, dice.Chance(80) ? Shapes[0] : dice.Pick<string>(Shapes), height, width);
        string name = dice.Chance(96) ? "\"image\"" : FuzzJson.Value(dice);
        string type = dice.Chance(93) ? "\"UINT8\"" : dice.Pick("\"FP32\"", "\"BYTES\"", "\"uint8\"", "null", "8", "\"\\ud800\"");
        string input = $"{{\"name\":{name},\"shape\":{shape},\"datatype\":{type},{data}{(dice.Chance(10) ? $",\"{dice.Pick("data", "shape", "x", "parameters")}\":{FuzzJson.Value(dice)}" : "")}}}";
        string inputs = dice.Chance(95) ? $"[{input}]" : dice.Pick($"[{input},{input}]", "[]", "[null]", "null", input, $"[[{input}]]");
        string more = dice.Below(12) switch
        {
            0 => $",\"outputs\":{FuzzJson.Value(dice)}",
            1 => $",\"outputs\":[{{\"name\":\"{dice.Pick("logits", "boxes", "none", "\\ud800")}\",\"parameters\":{FuzzJson.Value(dice)}}}]",
            2 => $",\"parameters\":{FuzzJson.Value(dice)}",
            3 => $",\"id\":{FuzzJson.Value(dice)}",
            4 => ",\"parameters\":{\"binary_data_output\":true}",
            5 => $",\"{dice.Pick("inputs", "id", "x")}\":{FuzzJson.Value(dice)}",
            _ => "",
        };
        return $"{{\"inputs\":{inputs}{more}}}";
    }

    private static string Data(Dice dice, int size)
    {
        if (dice.Chance(12))
            return FuzzJson.Value(dice);

        string[] numbers = [.. Enumerable.Range(0, Math.Max(0, size + (dice.Chance(85) ? 0 : dice.Pick(1, -1, -size)))).Select(i => (i * 7 % 256).ToString(System.Globalization.CultureInfo.InvariantCulture))];
        if (numbers.Length > 0 && dice.Chance(30))
            numbers[dice.Below(numbers.Length)] = dice.Chance(60) ? FuzzJson.Number(dice) : FuzzJson.Value(dice);
        string list = $"[{string.Join(',', numbers)}]";
        int depth = dice.Chance(85) ? 0 : dice.Pick(1, 3, 70);
        return new string('[', depth) + list + new string(']', depth);
    }
}
