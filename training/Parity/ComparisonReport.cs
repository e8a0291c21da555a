using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Parity;

/// <summary>How far a graph departs from one network over some inputs.</summary>
internal sealed record ComparisonReport
{
    /// <summary>What the network is: <see cref="ParityCheck.AsTrained"/> or <see cref="ParityCheck.Rounded"/>.</summary>
    public required string Against { get; init; }

    public required ParityLimits Limits { get; init; }

    /// <summary>Differing spikes of each neuron layer in the order of execution.</summary>
    public required IReadOnlyList<LayerDifference> Layers { get; init; }

    /// <summary>Those that the graph has; boxes and scores of the detections that both have.</summary>
    public required IReadOnlyList<OutputDifference> Outputs { get; init; }

    /// <summary>Share of a detector's detections that the other does not have; null of a classifier.</summary>
    public required double? Unmatched { get; init; }

    /// <summary>The first layer with any differing spike, or null.</summary>
    public string? FirstDeparting => Layers.FirstOrDefault(layer => layer.Together > 0)?.Name;

    /// <summary>The first layer that by itself makes more spikes differ than the limit, or null.</summary>
    public string? FirstFailing => Layers.FirstOrDefault(layer => layer.Alone > Limits.Spikes)?.Name;

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
            ["mean"] = Limits.Mean,
            ["unmatched"] = Unmatched is null ? null : Limits.Unmatched,
        },
        ["layers"] = new JsonArray([.. Layers.Select(layer => new JsonObject
        {
            ["name"] = layer.Name, ["differing"] = layer.Together, ["alone"] = layer.Alone,
        })]),
        ["outputs"] = new JsonArray([.. Outputs.Select(output => new JsonObject
        {
            ["name"] = output.Name, ["largest"] = output.Largest, ["mean"] = output.Mean, ["alone"] = output.Alone,
        })]),
        ["unmatched_detections"] = Unmatched,
    };
}
