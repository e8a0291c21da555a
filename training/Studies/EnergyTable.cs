using System.Globalization;
using System.Text.Json.Nodes;
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

    private readonly List<(StudyRun Run, OperationCount Count)> _counts = [];

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
        _counts.Add((run, model.Estimate(rates).WithoutShortcuts));
    }

    /// <summary>Means over the seeds as Markdown.</summary>
    public string ToMarkdown()
    {
        var table = new MarkdownTable([" layers", "network", " MACs", " ACs", " pJ", " times less than the ordinary network", " deviation"]);
        foreach (var cell in _counts.GroupBy(count => (count.Run.Depth, count.Run.Variant)).OrderBy(cell => cell.Key.Depth))
        {
            double?[] ratios = [.. cell.Select(pair => pair.Count.Ratio)];
            Spread? ratio = ratios.All(value => value is not null) ? new Spread([.. ratios.OfType<double>()]) : null;
            table.Add(
                cell.Key.Depth.ToString(CultureInfo.InvariantCulture),
                cell.Key.Variant.Title,
                Millions(cell.Average(pair => pair.Count.Macs)),
                Millions(cell.Average(pair => pair.Count.Acs)),
                cell.Average(pair => pair.Count.Picojoules).ToString("0.000e0", CultureInfo.InvariantCulture),
                ratio is null ? "" : ratio.Mean.ToString("0.0", CultureInfo.InvariantCulture),
                ratio?.Deviation is { } deviation ? deviation.ToString("0.00", CultureInfo.InvariantCulture) : "");
        }

        return table + "\nOperations of one input, MACs and ACs in millions; a MAC takes "
            + string.Create(CultureInfo.InvariantCulture, $"{OperationEnergy.Mac} pJ, an AC {OperationEnergy.Ac} pJ (Eqs. 18 and 19). ")
            + "The shortcuts' 1×1 convolutions are left out, as in the paper. Memory and the neurons' own arithmetic are not counted.\n";
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
        }),
    ];

    private static string Millions(double operations) => (operations / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
