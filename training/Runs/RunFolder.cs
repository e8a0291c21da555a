using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Provenance;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// The files of a training. <c>last.safetensors</c> names the file with the optimiser's state that belongs to it; it
/// is written after that file and before older ones are removed, so a kill at any moment leaves a pair that fits.
/// <c>metrics.jsonl</c> is what the event file and the pictures are made of.
/// </summary>
/// <remarks>What cannot be written ends in an <see cref="InvalidInputException"/> that names the file and the cause.</remarks>
internal sealed class RunFolder
{
    /// <summary>The checkpoint that a resumed training goes on from.</summary>
    public const string LastName = "last.safetensors";

    private const string MetricsName = "metrics.jsonl";
    private const string RecipeName = "recipe.json";
    private const string OptimizerKey = "optimizer";
    private const string OptimizerPattern = "optimizer-*.safetensors";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder;
    private readonly Recipe _recipe;
    private readonly Dictionary<string, string> _notes = [];
    private readonly Origin _origin;

    private readonly bool _writes;

    private RunFolder(string folder, Recipe recipe, Origin origin, bool writes)
    {
        _writes = writes;
        _folder = folder;
        _recipe = recipe;
        _origin = origin;
    }

    public string Last => In(LastName);

    public string Best => In("best.safetensors");

    /// <summary>Whether there is a checkpoint to go on with.</summary>
    public bool HasCheckpoint => File.Exists(Last);

    /// <summary>In words, what a training that fails leaves.</summary>
    public string LastKept => File.Exists(Last) ? $"the last checkpoint, {Last}, stays as it was" : "no checkpoint has been written yet";

    private string Log => In("train.log");

    private string MetricsFile => In(MetricsName);

    private string Events => In(EventFile.Name);

    private string RecipeFile => In(RecipeName);

    private string SittingsFile => In("run.json");

    /// <summary>Makes a new run folder, or opens the one to go on with.</summary>
    /// <exception cref="InvalidInputException">There is a training already, or one of another recipe.</exception>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">What is trained.</param>
    /// <param name="origin">What the checkpoints are to say of where they come from.</param>
    /// <param name="resume">Whether to go on with a training that is there.</param>
    /// <param name="writes">Whether this process writes: of several that train together only the first does.</param>
    public static RunFolder Open(string folder, Recipe recipe, Origin origin, bool resume, bool writes = true)
    {
        var run = new RunFolder(folder, recipe, origin, writes);
        run.Write(folder, () => Directory.CreateDirectory(folder));
        if (File.Exists(run.Last))
        {
            if (!resume)
            {
                throw new InvalidInputException(
                    $"{folder} holds a training already; add --resume to go on with it, or choose another --output.");
            }

            CheckRecipe(run.RecipeFile, recipe);
        }
        else
        {
            run.Write(run.RecipeFile, () => AtomicFile.WriteAllText(run.RecipeFile, recipe.ResolvedJson + "\n"));
            foreach (string file in (string[])[run.MetricsFile, run.Events, run.SittingsFile])
                run.Write(file, () => File.Delete(file));
        }

        return run;
    }

    /// <summary>Adds texts to the metadata of all checkpoints.</summary>
    public void Note(IEnumerable<KeyValuePair<string, string>> texts)
    {
        foreach ((string key, string value) in texts)
            _notes[key] = value;
    }

    /// <summary>
    /// Begins a sitting: takes over weights, their average, optimiser and state of the last checkpoint, and notes in
    /// <c>run.json</c> what goes on from there, and on what.
    /// </summary>
    /// <returns>The state of the checkpoint, or null where there is none yet.</returns>
    public TrainingState? Begin(Weights weights, TrainingOptimizer optimizer, WeightAverage? average)
    {
        TrainingState? state = HasCheckpoint ? Restore(weights, optimizer, average) : null;
        if (!_writes)
            return state;
        foreach (string halfWritten in Directory.EnumerateFiles(_folder, AtomicFile.TemporaryPattern))
            Write(halfWritten, () => File.Delete(halfWritten));
        DropMetricsAfter(state ?? new());
        JsonArray sittings = File.Exists(SittingsFile) ? JsonNode.Parse(File.ReadAllText(SittingsFile))!.AsArray() : [];
        JsonObject sitting = _origin.ToJson(_recipe.Seed);
        sitting["from"] = new JsonObject { [MetricNames.Epoch] = state?.Epoch ?? 0, [MetricNames.Iteration] = state?.Iteration ?? 0 };
        sittings.Add(sitting);
        Write(SittingsFile, () => AtomicFile.WriteAllText(SittingsFile, sittings.ToJsonString(Indented) + "\n"));
        return state;
    }

    /// <summary>
    /// Writes <c>last.safetensors</c>, which has the average of the weights where there is one, and the file with all else that a
    /// training needs to go on.
    /// </summary>
    public void SaveLast(Weights weights, TrainingOptimizer optimizer, WeightAverage? average, TrainingState state, Metrics? metrics)
    {
        if (!_writes)
            return;
        (IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string> texts) = optimizer.Save();
        string name = string.Create(CultureInfo.InvariantCulture, $"optimizer-{state.Epoch}-{state.Iteration}.safetensors");
        Write(In(name), () => SafetensorsWriter.Write(In(name), texts, [.. tensors, .. average?.SaveTrained() ?? []]));
        Dictionary<string, string> metadata = Describe(state, metrics);
        metadata[OptimizerKey] = name;
        Write(Last, () => (average?.Weights ?? weights).Save(Last, metadata));
        foreach (string other in Directory.EnumerateFiles(_folder, OptimizerPattern))
        {
            if (Path.GetFileName(other) != name)
                File.Delete(other);
        }
    }

    public void SaveBest(Weights weights, TrainingState state, Metrics metrics) =>
        Write(Best, () => weights.Save(Best, Describe(state, metrics)));

    /// <summary>Adds a line to <c>metrics.jsonl</c>, and its numbers to TensorBoard's event file.</summary>
    public void AppendMetrics(JsonObject line)
    {
        Append(MetricsFile, Encoding.UTF8.GetBytes(line.ToJsonString(Lines) + "\n"));
        Append(Events, EventFile.Of(line));
    }

    /// <summary>Adds a line to the log.</summary>
    public void AppendLog(string text) =>
        Append(Log, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:u} {text}\n")));

    /// <summary>Writes a picture, <c>curves.png</c> say, as PNG.</summary>
    public void WritePicture(string name, byte[] png) => Write(In(name), () => AtomicFile.WriteAllBytes(In(name), png));

    /// <summary>The lines of a training's <c>metrics.jsonl</c>; none where it has not begun.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="recipe">What is trained.</param>
    /// <exception cref="InvalidInputException">There is a training of another recipe.</exception>
    public static IReadOnlyList<JsonObject> ReadMetrics(string folder, Recipe recipe)
    {
        string begun = Path.Combine(folder, RecipeName);
        if (!File.Exists(begun))
            return [];
        CheckRecipe(begun, recipe);
        return ReadLines(Path.Combine(folder, MetricsName));
    }

    /// <summary>The lines of <c>metrics.jsonl</c>.</summary>
    public IReadOnlyList<JsonObject> ReadMetrics() => ReadLines(MetricsFile);

    private static IReadOnlyList<JsonObject> ReadLines(string metrics) => !File.Exists(metrics)
        ? []
        : [.. File.ReadLines(metrics).Select(TryParse).OfType<JsonObject>()];

    private TrainingState Restore(Weights weights, TrainingOptimizer optimizer, WeightAverage? average)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Last);
        if (checkpoint.Spec.ToJson() != weights.Network.Spec.ToJson())
        {
            throw new InvalidInputException(
                $"{Last}: the network is not the one of recipe and data; go on with the data folder that the training began with.");
        }

        CheckTeacher(checkpoint);
        Note(checkpoint.Metadata.Where(pair => StartWeights.MetadataKeys.Contains(pair.Key)));
        using SafetensorsFile state = SafetensorsFile.Open(In(checkpoint.Metadata[OptimizerKey]));
        optimizer.Load(state);
        if (average is null)
            weights.Assign(checkpoint);
        else
            average.Load(checkpoint, state);
        return TrainingState.FromMetadata(checkpoint.Metadata, Last);
    }

    private static JsonNode? TryParse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            // A kill in the middle of a line; its iterations are run again.
            return null;
        }
    }

    /// <summary>Lines of iterations that will be run again are dropped, and with them their events.</summary>
    private void DropMetricsAfter(TrainingState state)
    {
        JsonObject[] kept =
        [
            .. ReadMetrics().Where(line => Number(line, MetricNames.Epoch) is int epoch
                && (epoch <= state.Epoch || (epoch == state.Epoch + 1 && Number(line, MetricNames.Iteration) <= state.Iteration))),
        ];
        string text = string.Concat(kept.Select(line => line.ToJsonString(Lines) + "\n"));
        Write(MetricsFile, () => AtomicFile.WriteAllText(MetricsFile, text));
        byte[] events = [.. EventFile.Start(_origin.Started), .. kept.SelectMany(EventFile.Of)];
        Write(Events, () => AtomicFile.WriteAllBytes(Events, events));

        static int? Number(JsonObject line, string name) => line[name]?.GetValue<int>();
    }

    private Dictionary<string, string> Describe(TrainingState state, Metrics? metrics)
    {
        var metadata = new Dictionary<string, string>(state.ToMetadata().Concat(_notes))
        {
            ["recipe"] = _recipe.ResolvedJson,
            ["created"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        };
        foreach ((string key, string value) in _origin.ToMetadata(_recipe.Seed))
            metadata.Add(key, value);
        if (metrics is not null)
            metadata["metrics"] = metrics.ToJson().ToJsonString();
        return metadata;
    }

    private void CheckTeacher(Checkpoint checkpoint)
    {
        if (_notes.TryGetValue(Teacher.MetadataKey, out string? now) && checkpoint.Metadata.GetValueOrDefault(Teacher.MetadataKey) != now)
        {
            throw new InvalidInputException(
                $"{_recipe.Distillation!.Teacher} is not the teacher that the training in {_folder} began with; put that one back, "
                + "or begin anew in another --output.");
        }
    }

    private static void CheckRecipe(string file, Recipe recipe)
    {
        if (File.Exists(file) && File.ReadAllText(file).TrimEnd() == recipe.ResolvedJson)
            return;
        throw new InvalidInputException(
            $"{file} differs from the recipe given; a training goes on only with the recipe and --set that it began with. Give those, "
            + "or another --output.");
    }

    private string In(string name) => Path.Combine(_folder, name);

    private void Append(string path, byte[] bytes) => Write(path, () =>
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write(bytes);
    });

    private void Write(string path, Action write)
    {
        if (!_writes)
            return;
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last of these is how the runtime says that the file system takes no file of this size.
            string advice = File.Exists(Last)
                ? $"{Last} is whole; make room or give the right to write, and go on with the same command and --resume."
                : "make room or give the right to write, or choose another --output.";
            throw new InvalidInputException($"{path} cannot be written ({exception.Message.TrimEnd('.')}); {advice}", exception);
        }
    }
}
