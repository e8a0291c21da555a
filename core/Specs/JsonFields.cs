using System.Globalization;
using System.Text.Json;

namespace SpikingDetector.Core.Specs;

/// <summary>
/// A JSON object read field by field: each accessor checks type and range, and <see cref="Finish"/> refuses what
/// nobody asked for. Every error is one sentence that names the source, the field's path and what is allowed.
/// </summary>
public sealed class JsonFields
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly JsonElement _element;
    private readonly string _source;
    private readonly string _path;
    private readonly HashSet<string> _asked = [];

    private JsonFields(JsonElement element, string source, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidInputException($"{source}: {Quoted(path)} must be a JSON object, but is {Describe(element)}.");
        _element = element;
        _source = source;
        _path = path;
    }

    /// <summary>Parses JSON text whose root is an object.</summary>
    public static JsonFields Parse(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            ReadAllTexts(document.RootElement);
            return new JsonFields(document.RootElement.Clone(), source, "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"{source}: not valid JSON ({exception.Message})", exception);
        }
    }

    /// <summary>Whether the field is there (null counts as there).</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return _element.TryGetProperty(name, out _);
    }

    /// <summary>Whether the field is there and null.</summary>
    public bool IsNull(string name) => Has(name) && _element.GetProperty(name).ValueKind == JsonValueKind.Null;

    public JsonFields Nested(string name) => new(Required(name, "a JSON object"), _source, PathOf(name));

    public IEnumerable<JsonFields> NestedList(string name)
    {
        JsonElement array = Array(name, "a list of JSON objects");
        return [.. array.EnumerateArray().Select((item, i) => new JsonFields(item, _source, $"{PathOf(name)}[{i}]"))];
    }

    public string Text(string name)
    {
        JsonElement value = Required(name, "a text");
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text", value);
    }

    public IReadOnlyList<string> Texts(string name)
    {
        JsonElement array = Array(name, "a list of texts");
        return [.. array.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "a list of texts", item))];
    }

    public bool Flag(string name, bool otherwise)
    {
        if (!Has(name))
            return otherwise;
        JsonElement value = _element.GetProperty(name);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, "true or false", value);
    }

    public int Whole(string name, int from, int to)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}");
        return Whole(name, expected, number => number >= from && number <= to);
    }

    public int Whole(string name, string expected, Func<int, bool> allowed)
    {
        JsonElement value = Required(name, expected);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && allowed(number)
            ? number
            : throw Wrong(name, expected, value);
    }

    public int Whole(string name, int from, int to, int otherwise) => Has(name) ? Whole(name, from, to) : otherwise;

    public float Number(string name, string expected, Func<float, bool> allowed)
    {
        JsonElement value = Required(name, expected);
        return IsFinite(value, out float number) && allowed(number) ? number : throw Wrong(name, expected, value);
    }

    public float Number(string name, string expected, Func<float, bool> allowed, float otherwise) =>
        Has(name) ? Number(name, expected, allowed) : otherwise;

    public IReadOnlyList<float> Numbers(string name, int count, string expected, Func<float, bool> allowed)
    {
        JsonElement array = Array(name, expected);
        var numbers = new List<float>();
        foreach (JsonElement item in array.EnumerateArray())
            numbers.Add(IsFinite(item, out float number) && allowed(number) ? number : throw Wrong(name, expected, array));
        return numbers.Count == count ? numbers : throw Wrong(name, expected, array);
    }

    public IReadOnlyList<int> WholeNumbers(string name, int from, int to)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a list of whole numbers from {from} to {to}");
        JsonElement array = Array(name, expected);
        var numbers = new List<int>();
        foreach (JsonElement item in array.EnumerateArray())
        {
            numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) && number >= from && number <= to
                ? number
                : throw Wrong(name, expected, array));
        }

        return numbers;
    }

    public T Choice<T>(string name, (string Name, T Value)[] choices)
    {
        string expected = "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Name}\""));
        JsonElement value = Required(name, expected);
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        foreach ((string choice, T meaning) in choices)
        {
            if (choice == text)
                return meaning;
        }

        throw Wrong(name, expected, value);
    }

    public T Choice<T>(string name, (string Name, T Value)[] choices, T otherwise) =>
        Has(name) ? Choice(name, choices) : otherwise;

    /// <summary>Refuses fields that are of no use beside the others; <paramref name="expected"/> begins with "left out".</summary>
    public void Refuse(IReadOnlyList<string> names, string expected)
    {
        foreach (string name in names)
        {
            if (Has(name))
                throw Error(name, expected);
        }
    }

    /// <summary>Refuses fields that no accessor asked for.</summary>
    public void Finish()
    {
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (!_asked.Contains(property.Name))
            {
                throw new InvalidInputException(
                    $"{_source}: unknown field '{PathOf(property.Name)}'; the fields here are {string.Join(", ", _asked.Order())}.");
            }
        }
    }

    /// <summary>An error about one field, as a sentence: "SOURCE: field 'PATH' must be EXPECTED."</summary>
    public InvalidInputException Error(string name, string expected) =>
        _element.TryGetProperty(name, out JsonElement value)
            ? Wrong(name, expected, value)
            : new InvalidInputException($"{_source}: field '{PathOf(name)}' must be {expected}.");

    /// <summary>
    /// The parser lets escapes through that are no characters, such as half a surrogate pair; reading them as text
    /// throws <see cref="InvalidOperationException"/>, which belongs to the text as a whole.
    /// </summary>
    private static void ReadAllTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    ReadAllTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAllTexts(property.Value);
                }

                break;
        }
    }

    private JsonElement Required(string name, string expected)
    {
        _asked.Add(name);
        return _element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidInputException($"{_source}: field '{PathOf(name)}' is missing; it must be {expected}.");
    }

    private JsonElement Array(string name, string expected)
    {
        JsonElement value = Required(name, expected);
        return value.ValueKind == JsonValueKind.Array ? value : throw Wrong(name, expected, value);
    }

    private InvalidInputException Wrong(string name, string expected, JsonElement value) =>
        new($"{_source}: field '{PathOf(name)}' must be {expected}, but is {Describe(value)}.");

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static bool IsFinite(JsonElement value, out float number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out number) && float.IsFinite(number);
    }

    private static string Quoted(string path) => path.Length == 0 ? "the text" : $"field '{path}'";

    private static string Describe(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
