using System.Text.Json.Nodes;

namespace SpikingDetector.Deployment.Tests;

/// <summary>Ways into a tree of nodes that fail with the name of what is missing.</summary>
internal static class Nodes
{
    /// <summary>What lies at a path of names and indices, such as <c>spec.ports.0.name</c>.</summary>
    public static JsonNode At(this JsonNode node, string path) =>
        node.Find(path) ?? throw new KeyNotFoundException($"There is no {path} in {node.ToJsonString()}");

    /// <summary>The same, or null.</summary>
    public static JsonNode? Find(this JsonNode node, string path)
    {
        JsonNode? found = node;
        foreach (string name in path.Split('.'))
        {
            found = found switch
            {
                JsonArray array => int.Parse(name, System.Globalization.CultureInfo.InvariantCulture) is var index && index < array.Count ? array[index] : null,
                JsonObject one => one[name],
                _ => null,
            };
        }

        return found;
    }

    public static string Text(this JsonNode node, string path) => node.At(path).ToString();

    public static int Number(this JsonNode node, string path) => node.At(path).GetValue<int>();

    public static bool Flag(this JsonNode node, string path) => node.At(path).GetValue<bool>();

    /// <summary>The elements of a list; none where there is none.</summary>
    public static JsonNode[] List(this JsonNode node, string path) => [.. (node.Find(path) as JsonArray ?? []).Select(item => item!)];

    /// <summary>The texts of a list; none where there is none.</summary>
    public static string[] Texts(this JsonNode node, string path) => [.. node.List(path).Select(item => item.ToString())];

    /// <summary>The pairs of a map; none where there is none.</summary>
    public static Dictionary<string, string> Pairs(this JsonNode node, string path) =>
        (node.Find(path) as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "");
}
