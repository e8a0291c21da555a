using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Runs;

/// <summary>Figures of an evaluation in order; the first decides which checkpoint is the best (larger is better).</summary>
internal sealed record Metrics(IReadOnlyList<(string Name, double Value)> Values)
{
    public (string Name, double Value) Main => Values[0];

    public JsonObject ToJson() =>
        new(Values.Select(pair => KeyValuePair.Create(pair.Name, (JsonNode?)JsonValue.Create(pair.Value))));
}
