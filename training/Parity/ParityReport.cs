using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Parity;

/// <summary>How far a graph departs from its checkpoint over some inputs.</summary>
/// <param name="Precision">As in the file's metadata.</param>
/// <param name="Inputs">How many were run.</param>
/// <param name="Comparisons">The first is that with the checkpoint as it is.</param>
internal sealed record ParityReport(string Precision, int Inputs, IReadOnlyList<ComparisonReport> Comparisons)
{
    public bool Passed => Comparisons.All(comparison => comparison.Passed);

    public JsonObject ToJson() => new()
    {
        ["passed"] = Passed,
        ["precision"] = Precision,
        ["inputs"] = Inputs,
        ["comparisons"] = new JsonArray([.. Comparisons.Select(comparison => comparison.ToJson())]),
    };
}
