using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Parity;

/// <summary>How far a graph departs from its checkpoint over some inputs.</summary>
internal sealed record ParityReport
{
    /// <summary>A layer passes with at most this share of its spikes different; rounding flips a few.</summary>
    public const double SpikeLimit = 0.001;

    /// <summary>An output passes with at most this difference of a probability or score.</summary>
    public const double ScoreLimit = 0.02;

    /// <summary>A detector passes with at most this share of detections that the other does not have.</summary>
    public const double UnmatchedLimit = 0.02;

    public required int Inputs { get; init; }

    /// <summary>Share of differing spikes of each neuron layer in the order of execution.</summary>
    public required IReadOnlyList<(string Layer, double Share)> Layers { get; init; }

    /// <summary>Largest absolute difference of each output, or share of unmatched detections, with its limit.</summary>
    public required IReadOnlyList<(string Name, double Difference, double? Limit)> Outputs { get; init; }

    /// <summary>The first layer with any differing spike, or null.</summary>
    public string? FirstDeparting => Layers.Where(layer => layer.Share > 0).Select(layer => layer.Layer).FirstOrDefault();

    public bool Passed => Layers.All(layer => layer.Share <= SpikeLimit)
        && Outputs.All(output => output.Limit is not { } limit || output.Difference <= limit);

    public JsonObject ToJson() => new()
    {
        ["passed"] = Passed,
        ["inputs"] = Inputs,
        ["spike_limit"] = SpikeLimit,
        ["first_departing"] = FirstDeparting,
        ["layers"] = new JsonArray([.. Layers.Select(layer => new JsonObject { ["name"] = layer.Layer, ["differing"] = layer.Share })]),
        ["outputs"] = new JsonArray([.. Outputs.Select(output => new JsonObject
        {
            ["name"] = output.Name, ["difference"] = output.Difference, ["limit"] = output.Limit,
        })]),
    };
}
