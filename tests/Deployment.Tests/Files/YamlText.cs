using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SpikingDetector.Deployment.Tests;

/// <summary>YAML as the nodes that JSON has: what is quoted is text, <c>&lt;&lt;</c> is merged, a key that stands twice fails.</summary>
internal static class YamlText
{
    private static readonly YamlScalarNode MergeKey = new("<<");

    public static JsonObject ReadFile(params string[] path) =>
        Documents(File.ReadAllText(Repository.PathOf(path))).Single().AsObject();

    public static JsonNode[] Documents(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => ToNode(document.RootNode)).OfType<JsonNode>()];
    }

    private static JsonNode? ToNode(YamlNode node) => node switch
    {
        YamlMappingNode mapping => ToObject(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToNode)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => ToNode(plain.Value!),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new NotSupportedException(node.NodeType.ToString()),
    };

    private static JsonObject ToObject(YamlMappingNode mapping)
    {
        JsonObject made = mapping.Children.TryGetValue(MergeKey, out YamlNode? merged) ? ToObject((YamlMappingNode)merged) : [];
        foreach ((YamlNode key, YamlNode value) in mapping.Children.Where(pair => !pair.Key.Equals(MergeKey)))
            made[((YamlScalarNode)key).Value!] = ToNode(value);
        return made;
    }

    private static JsonValue? ToNode(string plain) => plain switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when int.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) => JsonValue.Create(whole),
        _ when double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => JsonValue.Create(number),
        _ => JsonValue.Create(plain),
    };
}
