using System.Text.Json;

namespace SpikingDetector.Service.OpenInference;

/// <summary>
/// Parameters of a request, an input or an output. Those that the service does not know are without effect, as the protocol has
/// it, but for those that would change the answer's meaning.
/// </summary>
internal readonly struct JsonParameters
{
    /// <summary>Those that would change what the answer means.</summary>
    public static readonly string[] Unsupported = ["classification", "shared_memory_region"];

    private readonly Dictionary<string, JsonElement>? _values;

    /// <exception cref="Problems.ProblemException">One is an object, a list or null, or asks for what is not supported.</exception>
    public JsonParameters(Dictionary<string, JsonElement>? values)
    {
        _values = values;
        if (values is null)
            return;
        if (values.Values.Any(value => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
            throw InferenceProblem.Malformed("a parameter is neither a text nor a number nor true nor false");
        if (Unsupported.FirstOrDefault(values.ContainsKey) is { } name)
            throw InferenceProblem.UnsupportedParameter(name);
    }

    /// <exception cref="Problems.ProblemException">It is not true or false.</exception>
    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw InferenceProblem.Malformed($"the parameter {name} must be true or false"),
    };

    /// <exception cref="Problems.ProblemException">It is not a whole number from 0.</exception>
    public long? Size(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long size) && size >= 0
            ? size
            : throw InferenceProblem.Malformed($"the parameter {name} must be a whole number from 0");
    }

    private JsonElement? Find(string name) => _values is not null && _values.TryGetValue(name, out JsonElement value) ? value : null;
}
