using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export;

/// <summary>What the ONNX file should hold beside the network.</summary>
public sealed record ExportOptions
{
    /// <summary>Number format of weights and activations.</summary>
    public ExportPrecision Precision { get; init; }

    /// <summary>A folder of pictures like those that the network will see; int8 chooses its scales by them.</summary>
    public string? CalibrationFolder { get; init; }

    /// <summary>
    /// Version of the default domain's operators, 17 to 21: programs that do not read the newest can read an older one. The
    /// answers are the same.
    /// </summary>
    public int OperatorSet { get; init; } = OperatorSets.Newest;

    /// <summary>A fixed number of pictures for each run, at least 1; null leaves it to the caller.</summary>
    public int? Batch { get; init; }

    /// <summary>Rows of the input, by the spec's own rule for them; null takes the spec's number.</summary>
    public int? Height { get; init; }

    /// <summary>Positions of an input's row, by the spec's own rule for them; null takes the spec's number.</summary>
    public int? Width { get; init; }

    /// <summary>
    /// Whether the time steps share the batch of one node for each layer, or each has nodes of its own; null takes what is
    /// faster for the precision.
    /// </summary>
    public bool? FoldTime { get; init; }

    /// <summary>What makes the graph smaller or faster.</summary>
    public GraphPasses Passes { get; init; } = GraphPasses.All;

    /// <summary>Detectors only: adds the outputs <c>cls_logits</c> and <c>bbox_regression</c>.</summary>
    public bool RawHeads { get; init; }

    /// <summary>Adds the output <c>firing_rates</c>, and to a spiking network <c>input_rates</c>, which its energy is counted from.</summary>
    public bool Activity { get; init; }
}
