using System.Globalization;

namespace SpikingDetector.Training.Runs;

/// <summary>Where a training stands, apart from weights and optimiser; kept as texts in the checkpoint's metadata.</summary>
internal sealed record TrainingState
{
    /// <summary>Epochs that are complete, evaluation included.</summary>
    public int Epoch { get; init; }

    /// <summary>Iterations done of the epoch that is not complete.</summary>
    public int Iteration { get; init; }

    /// <summary>Sums over these iterations of the loss parts, in their order.</summary>
    public IReadOnlyList<double> LossSums { get; init; } = [];

    /// <summary>The best main figure so far, or null before the first evaluation.</summary>
    public double? Best { get; init; }

    /// <summary>Seconds spent training, over all sittings.</summary>
    public double Seconds { get; init; }

    public IEnumerable<KeyValuePair<string, string>> ToMetadata()
    {
        yield return new("epoch", Epoch.ToString(CultureInfo.InvariantCulture));
        yield return new("iteration", Iteration.ToString(CultureInfo.InvariantCulture));
        yield return new("loss_sums", string.Join(' ', LossSums.Select(sum => sum.ToString("R", CultureInfo.InvariantCulture))));
        yield return new("best", Best?.ToString("R", CultureInfo.InvariantCulture) ?? "");
        yield return new("seconds", Seconds.ToString("R", CultureInfo.InvariantCulture));
    }

    public static TrainingState FromMetadata(IReadOnlyDictionary<string, string> metadata) => new()
    {
        Epoch = int.Parse(metadata["epoch"], CultureInfo.InvariantCulture),
        Iteration = int.Parse(metadata["iteration"], CultureInfo.InvariantCulture),
        LossSums = [.. metadata["loss_sums"].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(sum => double.Parse(sum, CultureInfo.InvariantCulture))],
        Best = metadata["best"].Length == 0 ? null : double.Parse(metadata["best"], CultureInfo.InvariantCulture),
        Seconds = double.Parse(metadata["seconds"], CultureInfo.InvariantCulture),
    };
}
