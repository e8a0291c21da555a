using SpikingDetector.Core;

namespace SpikingDetector.Training.Parity;

/// <summary>How far a graph may depart from a network.</summary>
/// <param name="Spikes">Largest share of spikes that a layer by itself makes differ, and difference of a firing rate, from 0 to 1.</param>
/// <param name="Output">
/// Largest difference of a probability or score, given the graph's spikes. Logits and box positions are told without a limit.
/// </param>
/// <param name="Mean">Largest mean difference of probabilities or scores from pixels to answers.</param>
/// <param name="Unmatched">Largest share of detections that the other does not have, from 0 to 1.</param>
internal sealed record ParityLimits(double Spikes, double Output, double Mean, double Unmatched)
{
    /// <summary>Where both compute the same, and only the order of sums differs: rounding flips a few spikes.</summary>
    public static ParityLimits Equal { get; } = new(0.001, 0.02, 0.02, 0.02);

    /// <summary>Where the graph's numbers are coarser than those of the network.</summary>
    public static ParityLimits Rounded { get; } = new(0.02, 0.3, 0.05, 0.1);

    /// <summary>For a file of this precision against the checkpoint as it is.</summary>
    public static ParityLimits For(string? precision) => precision is null or "float32" ? Equal : Rounded;

    /// <summary>These, but for those that are given.</summary>
    /// <exception cref="InvalidInputException">One is out of its range.</exception>
    public ParityLimits With(double? spikes, double? output, double? mean, double? unmatched) => new(
        Checked(spikes, "--max-spikes") ?? Spikes,
        Checked(output, "--max-output") ?? Output,
        Checked(mean, "--max-mean") ?? Mean,
        Checked(unmatched, "--max-unmatched") ?? Unmatched);

    private static double? Checked(double? limit, string option) => limit is null or (>= 0 and <= 1)
        ? limit
        : throw new InvalidInputException($"{option} is {limit}; expected a number from 0 to 1.");
}
