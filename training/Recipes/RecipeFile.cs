using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core;

namespace SpikingDetector.Training.Recipes;

/// <summary>Recipe files with their bases and overrides as one JSON object.</summary>
internal static class RecipeFile
{
    private const string BaseKey = "base";
    private const string TypeKey = "type";

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    public static JsonObject Resolve(string path, IReadOnlyList<string> overrides)
    {
        JsonObject recipe = Load(path, []);
        foreach (string text in overrides)
            Override(recipe, text);
        return recipe;
    }

    private static JsonObject Load(string path, IReadOnlyList<string> children)
    {
        string full = Path.GetFullPath(path);
        if (children.Contains(full))
            throw new InvalidInputException($"{path}: the recipe is its own base; break the circle.");
        if (!File.Exists(full))
        {
            throw new InvalidInputException(children.Count == 0
                ? $"There is no recipe '{path}'."
                : $"There is no recipe '{path}', which '{children[^1]}' names as its base.");
        }

        JsonObject recipe;
        try
        {
            recipe = JsonNode.Parse(File.ReadAllText(full), documentOptions: Lenient) as JsonObject
                ?? throw new InvalidInputException($"{path}: a recipe must be a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException($"{path}: not valid JSON ({exception.Message})", exception);
        }

        if (!recipe.TryGetPropertyValue(BaseKey, out JsonNode? named))
            return recipe;
        if (named is not JsonValue value || !value.TryGetValue(out string? baseName))
            throw new InvalidInputException($"{path}: field '{BaseKey}' must be the name of a recipe file.");
        recipe.Remove(BaseKey);
        JsonObject merged = Load(Path.Combine(Path.GetDirectoryName(full)!, baseName), [.. children, full]);
        Merge(merged, recipe);
        return merged;
    }

    /// <summary>
    /// Objects are merged field by field; anything else replaces what was there, and so does an object of another
    /// <c>type</c>, because the other fields belong to the type.
    /// </summary>
    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach ((string key, JsonNode? change) in changes)
        {
            if (change is JsonObject inner && target[key] is JsonObject existing && !HasOtherType(existing, inner))
                Merge(existing, inner);
            else
                target[key] = change?.DeepClone();
        }
    }

    private static bool HasOtherType(JsonObject existing, JsonObject change) =>
        change[TypeKey] is { } type && existing[TypeKey] is { } before && !JsonNode.DeepEquals(type, before);

    private static void Override(JsonObject recipe, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new InvalidInputException($"--set {text}: expected key=value, such as optimizer.learning_rate=0.01.");
        string[] keys = text[..equals].Split('.');
        JsonNode? value;
        try
        {
            value = JsonNode.Parse(text[(equals + 1)..]);
        }
        catch (JsonException)
        {
            // What is no JSON is a text: --set model.backbone.block=spiking needs no quotes.
            value = JsonValue.Create(text[(equals + 1)..]);
        }

        var change = new JsonObject { [keys[^1]] = value };
        foreach (string key in keys[..^1].Reverse())
            change = new JsonObject { [key] = change };
        Merge(recipe, change);
    }
}
