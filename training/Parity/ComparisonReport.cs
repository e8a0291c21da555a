using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Parity;

/// <summary>How far a graph departs from one network over some inputs.</summary>
internal sealed record ComparisonReport
{
    /// <summary>What the network is: <see cref="ParityCheck.AsTrained"/> or <see cref="ParityCheck.Rounded"/>.</summary>
    public required string Against { get; init; }

    public required ParityLimits Limits { get; init; }

    /// <summary>Share of differing spikes of each neuron layer in the order of execution.</summary>
    public required IReadOnlyList<(string Layer, double Share)> Layers { get; init; }

    /// <summary>Those that the graph has; boxes and scores of the detections that both have.</summary>
    public required IReadOnlyList<OutputDifference> Outputs { get; init; }

    /// <summary>Share of a detector's detections that the other does not have; null of a classifier.</summary>
    public required double? Unmatched { get; init; }

    /// <summary>The first layer with any differing spike, or null.</summary>
    public string? FirstDeparting => FirstAbove(0);

    /// <summary>The first layer with more differing spikes than the limit, or null.</summary>
    public string? FirstFailing => FirstAbove(Limits.Spikes);

    public bool Passed => FirstFailing is null && Outputs.All(output => output.Passed) && !(Unmatched > Limits.Unmatched);

    public JsonObject ToJson() => new()
    {
        ["against"] = Against,
        ["passed"] = Passed,
        ["first_departing"] = FirstDeparting,
        ["first_failing"] = FirstFailing,
        ["limits"] = new JsonObject
        {
            ["spikes"] = Limits.Spikes,
            ["output"] = Limits.Output,
            ["unmatched"] = Unmatched is null ? null : Limits.Unmatched,
        },
        ["layers"] = new JsonArray([.. Layers.Select(layer => new JsonObject { ["name"] = layer.Layer, ["differing"] = layer.Share })]),
        ["outputs"] = new JsonArray([.. Outputs.Select(output => new JsonObject
        {
            ["name"] = output.Name, ["largest"] = output.Largest, ["mean"] = output.Mean, ["limit"] = output.Limit,
        })]),
        ["unmatched_detections"] = Unmatched,
    };

    private string? FirstAbove(double share) => Layers.Where(layer => layer.Share > share).Select(layer => layer.Layer).FirstOrDefault();
}
