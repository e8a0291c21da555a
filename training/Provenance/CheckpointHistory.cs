using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Runs;

namespace SpikingDetector.Training.Provenance;

/// <summary>What a checkpoint's metadata say of where it comes from, for people.</summary>
internal static class CheckpointHistory
{
    private static readonly string[] Keys =
    [
        "recipe", .. StartWeights.MetadataKeys, Teacher.MetadataKey,
        "created", "epoch", "metrics", "command", "version", "seed", "device", "libraries", "machine",
    ];

    /// <summary>A line for each thing that is known; none for a file that says nothing. The recipe comes first and has several.</summary>
    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (string key in Keys)
        {
            if (metadata.TryGetValue(key, out string? text))
                yield return key == "recipe" ? $"recipe:\n{text}" : $"{key}: {Plain(text)}";
        }
    }

    /// <summary>The fields of a JSON object as a sentence has them; other text as it is.</summary>
    private static string Plain(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject fields
                ? string.Join(", ", fields.Select(field => $"{field.Key} {Value(field.Value)}"))
                : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Value(JsonNode? value) => value switch
    {
        JsonArray list => string.Join(" + ", list.Select(Value)),
        JsonValue number when number.TryGetValue(out double figure) => figure.ToString("0.####", CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
