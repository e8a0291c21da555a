using System.Globalization;
using System.Text.Json;
using SpikingDetector.Core;
using SpikingDetector.Training.Monitoring;

namespace SpikingDetector.Training.Runs;

/// <summary>Where a training stands, apart from weights and optimiser; kept as texts in the checkpoint's metadata.</summary>
internal sealed record TrainingState
{
    private const string StateKey = "state";

    /// <summary>Epochs that are complete, evaluation included.</summary>
    public int Epoch { get; init; }

    /// <summary>Iterations done of the epoch that is not complete.</summary>
    public int Iteration { get; init; }

    /// <summary>Sums over these iterations of what each one measures, in the trainer's order.</summary>
    public IReadOnlyList<double> EpochSums { get; init; } = [];

    /// <summary>The same over the iterations since the last line of <c>metrics.jsonl</c>.</summary>
    public IReadOnlyList<double> LineSums { get; init; } = [];

    /// <summary>The best main figure so far, or null before the first evaluation.</summary>
    public double? Best { get; init; }

    /// <summary>The epoch, from 1, whose figure that is; 0 before the first evaluation.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Seconds spent training, over all sittings.</summary>
    public double Seconds { get; init; }

    /// <summary>Mean spikes per neuron and step of each neuron layer where they were measured last.</summary>
    public IReadOnlyDictionary<string, double> FiringRates { get; init; } = new Dictionary<string, double>();

    /// <summary>What the warnings remember.</summary>
    public HealthState Health { get; init; } = new();

    /// <summary>The texts of a checkpoint's metadata. Numbers keep all their bits.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToMetadata()
    {
        yield return new("epoch", Epoch.ToString(CultureInfo.InvariantCulture));
        yield return new("iteration", Iteration.ToString(CultureInfo.InvariantCulture));
        yield return new(StateKey, JsonSerializer.Serialize(this));
    }

    /// <summary>Reads what <see cref="ToMetadata"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The texts are not those of a training that can go on.</exception>
    public static TrainingState FromMetadata(IReadOnlyDictionary<string, string> metadata, string source)
    {
        try
        {
            if (metadata.TryGetValue(StateKey, out string? text) && JsonSerializer.Deserialize<TrainingState>(text) is { } state)
                return state;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidInputException(
            $"{source}: the metadata's '{StateKey}' is missing or not as this version writes it; "
            + "go on with the version that began the training, or begin anew in another --output.");
    }
}
