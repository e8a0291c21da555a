using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SpikingDetector.Deployment.Tests.Compose;

/// <summary><c>docker-compose.yml</c> as it is where no variable is set.</summary>
internal static partial class ComposeFile
{
    public static JsonObject Read()
    {
        JsonObject file = YamlText.ReadFile("docker-compose.yml");
        return (JsonObject)Interpolate(file)!;
    }

    /// <summary>Everything but the extensions, whose content stands where it is used.</summary>
    public static JsonObject Service(string name) => Read()["services"]![name]!.AsObject();

    /// <summary>The variables that the file reads, none of which may be needed.</summary>
    public static string[] Variables() =>
        [.. VariablePattern().Matches(File.ReadAllText(Repository.PathOf("docker-compose.yml"))).Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>Host port and container port of what is published.</summary>
    public static (string Address, int Host, int Container)[] Ports(JsonObject service) =>
        [.. service.Texts("ports").Select(text => text.Split(':')).Select(parts => (parts[0], Number(parts[1]), Number(parts[2])))];

    /// <summary>The mounts of a service, in either form: source, target and whether it is read-only.</summary>
    public static (string Source, string Target, bool ReadOnly)[] Mounts(JsonObject service) =>
        [.. service.List("volumes").Select(Mount)];

    private static (string Source, string Target, bool ReadOnly) Mount(JsonNode volume)
    {
        if (volume is JsonObject)
            return (volume.Text("source"), volume.Text("target"), volume.Flag("read_only"));
        string[] parts = volume.ToString().Split(':');
        return (parts[0], parts[1], parts.Length > 2 && parts[2] == "ro");
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static JsonNode? Interpolate(JsonNode? node) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.Select(pair => KeyValuePair.Create(pair.Key, Interpolate(pair.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Interpolate)]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(
            VariablePattern().Replace(text, match => match.Groups["default"].Value)),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+):-(?<default>[^}]*)\}")]
    private static partial Regex VariablePattern();
}
