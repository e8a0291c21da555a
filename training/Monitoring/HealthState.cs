namespace SpikingDetector.Training.Monitoring;

/// <summary>
/// What <see cref="TrainingHealth"/> remembers from one iteration to the next. It goes into the checkpoint, so that a
/// training that was interrupted warns of the same things at the same iterations.
/// </summary>
internal sealed record HealthState
{
    /// <summary>Iterations seen.</summary>
    public long Iterations { get; init; }

    /// <summary>Running mean of the loss, before the correction for its start at 0.</summary>
    public double Loss { get; init; }

    /// <summary>The lowest corrected running mean of the loss.</summary>
    public double? LowestLoss { get; init; }

    /// <summary>The first corrected running mean that counts.</summary>
    public double? FirstLoss { get; init; }

    /// <summary>Running mean of the gradient norm of the first block, before the correction.</summary>
    public double FirstGradient { get; init; }

    /// <summary>Running mean of the gradient norm of the last block, before the correction.</summary>
    public double LastGradient { get; init; }

    /// <summary>What has been warned of and has not ended yet.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>Warnings for the next line of <c>metrics.jsonl</c>.</summary>
    public IReadOnlyList<string> Pending { get; init; } = [];

    /// <summary>Warnings since the training began.</summary>
    public int Count { get; init; }
}
