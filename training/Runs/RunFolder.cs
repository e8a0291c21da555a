using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// The files of a training. <c>last.safetensors</c> names the file with the optimiser's state that belongs to it; it
/// is written after that file and before older ones are removed, so a kill at any moment leaves a pair that fits.
/// </summary>
internal sealed class RunFolder
{
    private const string OptimizerKey = "optimizer";
    private const string OptimizerPattern = "optimizer-*.safetensors";

    private readonly string _folder;
    private readonly Recipe _recipe;

    private RunFolder(string folder, Recipe recipe)
    {
        _folder = folder;
        _recipe = recipe;
    }

    public string Last => In("last.safetensors");

    public string Best => In("best.safetensors");

    public string Curves => In("curves.png");

    public string Log => In("train.log");

    private string MetricsFile => In("metrics.jsonl");

    private string RecipeFile => In("recipe.json");

    /// <summary>Makes a new run folder, or opens the one to go on with.</summary>
    /// <exception cref="InvalidInputException">There is a training already, or one of another recipe.</exception>
    public static RunFolder Open(string folder, Recipe recipe, bool resume)
    {
        var run = new RunFolder(folder, recipe);
        Directory.CreateDirectory(folder);
        if (File.Exists(run.Last))
        {
            if (!resume)
            {
                throw new InvalidInputException(
                    $"{folder} holds a training already; add --resume to go on with it, or choose another --output.");
            }

            run.CheckRecipe();
        }
        else
        {
            AtomicFile.WriteAllText(run.RecipeFile, recipe.ResolvedJson + "\n");
            File.Delete(run.MetricsFile);
        }

        return run;
    }

    /// <summary>Takes over weights, optimiser and state of the last checkpoint; null where there is none yet.</summary>
    public TrainingState? Restore(Weights weights, TrainingOptimizer optimizer)
    {
        if (!File.Exists(Last))
            return null;
        using Checkpoint checkpoint = Checkpoint.Open(Last);
        if (checkpoint.Spec.ToJson() != weights.Network.Spec.ToJson())
        {
            throw new InvalidInputException(
                $"{Last}: the network is not the one of recipe and data; go on with the data folder that the training began with.");
        }

        weights.Assign(checkpoint);
        using SafetensorsFile state = SafetensorsFile.Open(In(checkpoint.Metadata[OptimizerKey]));
        optimizer.Load(state);
        TrainingState restored = TrainingState.FromMetadata(checkpoint.Metadata);
        DropMetricsAfter(restored.Epoch);
        return restored;
    }

    public void SaveLast(Weights weights, TrainingOptimizer optimizer, TrainingState state, Metrics? metrics)
    {
        (IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string> texts) = optimizer.Save();
        string name = string.Create(CultureInfo.InvariantCulture, $"optimizer-{state.Epoch}-{state.Iteration}.safetensors");
        SafetensorsWriter.Write(In(name), texts, tensors);
        Dictionary<string, string> metadata = Describe(state, metrics);
        metadata[OptimizerKey] = name;
        weights.Save(Last, metadata);
        foreach (string other in Directory.EnumerateFiles(_folder, OptimizerPattern))
        {
            if (Path.GetFileName(other) != name)
                File.Delete(other);
        }
    }

    public void SaveBest(Weights weights, TrainingState state, Metrics metrics) =>
        weights.Save(Best, Describe(state, metrics));

    /// <summary>Adds a line to <c>metrics.jsonl</c>.</summary>
    public void AppendMetrics(JsonObject line)
    {
        using StreamWriter writer = File.AppendText(MetricsFile);
        writer.WriteLine(line.ToJsonString());
    }

    /// <summary>The lines of <c>metrics.jsonl</c>.</summary>
    public IReadOnlyList<JsonObject> ReadMetrics() => !File.Exists(MetricsFile)
        ? []
        : [.. File.ReadLines(MetricsFile).Select(TryParse).OfType<JsonObject>()];

    private static JsonNode? TryParse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            // A kill in the middle of a line; the epoch is run again.
            return null;
        }
    }

    private void DropMetricsAfter(int epoch)
    {
        IEnumerable<string> kept = ReadMetrics().Where(line => (int)line["epoch"]! <= epoch).Select(line => line.ToJsonString() + "\n");
        AtomicFile.WriteAllText(MetricsFile, string.Concat(kept));
    }

    private Dictionary<string, string> Describe(TrainingState state, Metrics? metrics)
    {
        var metadata = new Dictionary<string, string>(state.ToMetadata())
        {
            ["recipe"] = _recipe.ResolvedJson,
            ["created"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        };
        if (metrics is not null)
            metadata["metrics"] = metrics.ToJson().ToJsonString();
        return metadata;
    }

    private void CheckRecipe()
    {
        string before = File.Exists(RecipeFile) ? File.ReadAllText(RecipeFile).TrimEnd() : "";
        if (before != _recipe.ResolvedJson)
        {
            throw new InvalidInputException(
                $"{RecipeFile} differs from the recipe given; a training goes on only with the recipe and --set that it began with.");
        }
    }

    private string In(string name) => Path.Combine(_folder, name);
}
