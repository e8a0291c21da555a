using Microsoft.Extensions.Options;
using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Models;

/// <summary>
/// All models of the folder. The loader replaces the list as models become ready; requests read it without a lock and
/// keep the model that they found.
/// </summary>
internal sealed class ModelCatalog(IOptions<ModelOptions> options) : IDisposable
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(2);

    private volatile IReadOnlyList<ModelEntry>? _entries;

    /// <summary>By name; empty before the folder has been read.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries ?? [];

    /// <summary>Whether every model that can be served is ready, and there is at least one.</summary>
    public bool IsReady => IsLoaded && Entries.Any(entry => entry.Status == ModelStatus.Ready);

    /// <summary>Why the service cannot answer anything yet, or at all; null where it can.</summary>
    public string? NotReadyReason
    {
        get
        {
            if (IsReady)
                return null;
            if (!IsLoaded)
                return "The models are still being loaded: try again in a moment.";
            return Entries.Count == 0
                ? $"There is no model: put an ONNX file of the export command into the folder {options.Value.Folder} and restart the service."
                : "No model can be served; /models says for each why.";
        }
    }

    private bool IsLoaded => _entries is { } entries && entries.All(entry => entry.Status != ModelStatus.Loading);

    /// <summary>The model that a request is for.</summary>
    /// <param name="task">What it has to be able to do.</param>
    /// <param name="name">What the request calls it; null where it names none.</param>
    /// <exception cref="ProblemException">There is none, it is not ready, or it is for another task.</exception>
    public ServedModel Find(ModelTask task, string? name)
    {
        if (name is null)
            return ConfiguredDefault(task) is { } configured ? FindDefault(task, configured) : FindOnly(task);

        ServedModel model = FindNamed(name);
        return model.Spec.Task == task
            ? model
            : throw new ProblemException(
                ProblemType.WrongTask, $"The model {name} is for {NameOf(model.Spec.Task)}; models for {NameOf(task)}: {Names(task)}.");
    }

    /// <summary>Whether requests that name no model get this one.</summary>
    public bool IsDefault(ServedModel model)
    {
        string? configured = ConfiguredDefault(model.Spec.Task);
        return configured is null ? Ready(model.Spec.Task).Count() == 1 : configured == model.Name;
    }

    /// <summary>Puts the entries in place of those before.</summary>
    public void Replace(IReadOnlyList<ModelEntry> entries) => _entries = entries;

    public void Dispose()
    {
        foreach (ModelEntry entry in Entries)
            entry.Model?.Session.Dispose();
    }

    private string? ConfiguredDefault(ModelTask task) =>
        task == ModelTask.Detection ? options.Value.DefaultDetector : options.Value.DefaultClassifier;

    private ServedModel FindNamed(string name)
    {
        ModelEntry? entry = Entries.FirstOrDefault(candidate => candidate.File.Name == name);
        return entry switch
        {
            { Model: { } model } => model,
            null when !IsLoaded => throw NotReady(),
            null => throw new ProblemException(ProblemType.UnknownModel, "No model of that name is served; /models lists those that are."),
            { Status: ModelStatus.Loading } => throw NotReady(),
            _ => throw new ProblemException(ProblemType.NotReady, $"The model {name} cannot be served; /models/{name} says why."),
        };
    }

    private ServedModel FindDefault(ModelTask task, string name)
    {
        if (!IsLoaded)
            throw NotReady();
        return Ready(task).FirstOrDefault(model => model.Name == name)
            ?? throw new ProblemException(
                ProblemType.NotReady, $"The default model for {NameOf(task)} is not served: name one with ?model=, of {Names(task)}.");
    }

    private ServedModel FindOnly(ModelTask task)
    {
        if (NotReadyReason is not null)
            throw NotReady();

        ServedModel[] models = [.. Ready(task)];
        if (models.Length == 1)
            return models[0];
        throw models.Length == 0
            ? new ProblemException(ProblemType.UnknownModel, $"No model for {NameOf(task)} is served; /models lists those that are.")
            : new ProblemException(ProblemType.InvalidParameter, $"There are several models for {NameOf(task)}: name one with ?model=, of {Names(task)}.");
    }

    private ProblemException NotReady() => new(
        ProblemType.NotReady, NotReadyReason ?? "The model is still being loaded: try again in a moment.", IsLoaded ? null : LoadingRetry);

    private IEnumerable<ServedModel> Ready(ModelTask task) =>
        Entries.Select(entry => entry.Model).OfType<ServedModel>().Where(model => model.Spec.Task == task);

    private string Names(ModelTask task)
    {
        string names = string.Join(", ", Ready(task).Select(model => model.Name));
        return names.Length > 0 ? names : "none";
    }

    private static string NameOf(ModelTask task) => task == ModelTask.Detection ? "detection" : "classification";
}
