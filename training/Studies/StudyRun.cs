using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;

namespace SpikingDetector.Training.Studies;

/// <summary>One training of a study, in a run folder of its own that all studies of an output folder share.</summary>
internal sealed class StudyRun
{
    /// <exception cref="InvalidInputException">The recipe cannot be used for the network.</exception>
    public StudyRun(StudyScale scale, Variant variant, int depth, int seed)
    {
        Variant = variant;
        Depth = depth;
        Seed = seed;
        Network = string.Create(CultureInfo.InvariantCulture, $"{variant.Name}{depth}");
        Name = string.Create(CultureInfo.InvariantCulture, $"{Network}-seed{seed}");
        Folder = Path.Combine(scale.Output, "runs", Name);
        Recipe = Recipe.Load(
            scale.Recipe,
            [
                .. scale.Overrides,
                .. variant.Overrides,
                $"model.name={Network}",
                string.Create(CultureInfo.InvariantCulture, $"model.backbone.depth={depth}"),
                string.Create(CultureInfo.InvariantCulture, $"seed={seed}"),
            ]);
    }

    public Variant Variant { get; }

    public int Depth { get; }

    public int Seed { get; }

    /// <summary>The network's name.</summary>
    public string Network { get; }

    /// <summary>The network's name and the seed.</summary>
    public string Name { get; }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    public Recipe Recipe { get; }

    /// <summary>The checkpoint after the last epoch.</summary>
    public string Checkpoint => Path.Combine(Folder, RunFolder.LastName);

    /// <summary>Name of the figure that is compared.</summary>
    public string Metric => TrainingTasks.MainMetricOf(Recipe.Data);

    /// <summary>The figure in tables and pictures, which give it in percent.</summary>
    public string MetricTitle => Metric == ClassificationTask.Accuracy ? "top-1 %" : $"{Metric} %";

    /// <summary>What came out, or null while the training is not over.</summary>
    /// <exception cref="InvalidInputException">The folder holds a training of another recipe.</exception>
    public RunResult? Read()
    {
        IReadOnlyList<JsonObject> lines = RunFolder.ReadMetrics(Folder, Recipe);
        if (lines is [.., var last] && IsEnd(last))
            return new RunResult(this, null, []);
        (int Epoch, double Value)[] curve =
            [.. lines.Where(line => line.ContainsKey(Metric)).Select(line => (Number(line, MetricNames.Epoch), line[Metric]!.GetValue<double>()))];
        return curve is [.., var final] && final.Epoch == Recipe.Epochs ? new RunResult(this, final.Value, curve) : null;

        static int Number(JsonObject line, string name) => line[name]!.GetValue<int>();
    }

    /// <summary>
    /// Takes the run for this process, or gives null where another process has it; it is free again when the claim is disposed
    /// of or the process ends.
    /// </summary>
    public IDisposable? TryClaim()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        try
        {
            return new FileStream($"{Folder}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether a line is the last one of a training whose loss was no number any more: it has no loss.</summary>
    private static bool IsEnd(JsonObject line) => !line.ContainsKey(MetricNames.Seconds);
}
