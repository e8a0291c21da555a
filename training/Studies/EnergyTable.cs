using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Energy;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Studies;

/// <summary>
/// Operations and energy of a study's trained networks for one input, with firing rates measured on the validation samples
/// (Zhang et al. 2023, Eqs. 18 and 19; shortcuts are left out as in its Table 5).
/// </summary>
internal sealed class EnergyTable
{
    private const int BatchSize = 32;

    private readonly List<(StudyRun Run, OperationCount Count, OperationCount Blocks)> _counts = [];

    /// <summary>The trainings of each network of each depth.</summary>
    private IEnumerable<IGrouping<(int Depth, Variant Variant), (StudyRun Run, OperationCount Count, OperationCount Blocks)>> Cells =>
        _counts.GroupBy(count => (count.Run.Depth, count.Run.Variant)).OrderBy(cell => cell.Key.Depth);

    /// <summary>Measures a trained network.</summary>
    /// <param name="run">A training that is over.</param>
    /// <param name="data">Whose validation samples tell the rates.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    public void Add(StudyRun run, DataSet data, Device device, CancellationToken cancellation)
    {
        using Checkpoint checkpoint = Checkpoint.Open(run.Checkpoint);
        using Weights weights = Weights.Load(checkpoint, device);
        var model = new EnergyModel(weights.Network);
        IReadOnlyList<double> rates = model.SpikingLayers.Count == 0
            ? []
            : TrainingTasks.ForEvaluation(weights, data)
                .MeasureInputRates(model.SpikingLayers, data.ValidationBatches(checkpoint.Spec, BatchSize).InOrder(cancellation));
        NetworkEnergy energy = model.Estimate(rates);
        _counts.Add((run, energy.WithoutShortcuts, energy.Of(NetworkPart.Blocks)));
    }

    /// <summary>Means over the seeds as Markdown.</summary>
    public string ToMarkdown()
    {
        var table = new MarkdownTable([" layers", "network", " MACs", " ACs", " pJ", " times less", " deviation", " in the blocks"]);
        foreach (var cell in Cells)
        {
            Spread? ratio = Ratio(cell.Select(pair => pair.Count));
            table.Add(
                cell.Key.Depth.ToString(CultureInfo.InvariantCulture),
                cell.Key.Variant.Title,
                Millions(cell.Average(pair => pair.Count.Macs)),
                Millions(cell.Average(pair => pair.Count.Acs)),
                cell.Average(pair => pair.Count.Picojoules).ToString("0.000e0", CultureInfo.InvariantCulture),
                Times(ratio),
                ratio?.Deviation is { } deviation ? deviation.ToString("0.00", CultureInfo.InvariantCulture) : "",
                Times(Ratio(cell.Select(pair => pair.Blocks))));
        }

        return table + "\nOperations of one input, MACs and ACs in millions, and how many times less energy than in the ordinary network, in all and in the "
            + "residual blocks; the rest works on real numbers and weighs less the wider a network is. A MAC takes "
            + string.Create(CultureInfo.InvariantCulture, $"{OperationEnergy.Mac} pJ, an AC {OperationEnergy.Ac} pJ (Eqs. 18 and 19). ")
            + "The shortcuts' 1×1 convolutions are left out, as in the paper. Memory and the neurons' own arithmetic are not counted.\n";
    }

    /// <summary>Whether the paper's network takes less energy than the ordinary one, a sentence for each depth.</summary>
    public IEnumerable<string> Sentences()
    {
        foreach (var cell in Cells.Where(cell => cell.Key.Variant == Study.Energy.Proposed))
        {
            if (Ratio(cell.Select(pair => pair.Count)) is not { } ratio)
                continue;
            string word = ratio.Least > 1 ? "**the order holds**" : ratio.Most < 1 ? "**the order is reversed**" : "not told apart";
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{cell.Key.Depth} layers, {cell.Key.Variant.Title}: {Times(ratio)} times less energy than the ordinary network: {word}.");
        }
    }

    /// <summary>The counts of each trained network.</summary>
    public JsonArray ToJson() =>
    [
        .. _counts.Select(pair => new JsonObject
        {
            ["network"] = pair.Run.Network,
            ["seed"] = pair.Run.Seed,
            ["macs"] = pair.Count.Macs,
            ["acs"] = pair.Count.Acs,
            ["pj"] = pair.Count.Picojoules,
            ["ann_pj"] = pair.Count.AnnPicojoules,
            ["blocks_ratio"] = pair.Blocks.Ratio,
        }),
    ];

    /// <summary>How many times less energy than in the ordinary network; null where one of both takes none.</summary>
    private static Spread? Ratio(IEnumerable<OperationCount> counts)
    {
        double?[] ratios = [.. counts.Select(count => count.Ratio)];
        return ratios.All(ratio => ratio is not null) ? new Spread([.. ratios.OfType<double>()]) : null;
    }

    private static string Times(Spread? ratio) => ratio is null ? "" : ratio.Mean.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Millions(double operations) => (operations / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
