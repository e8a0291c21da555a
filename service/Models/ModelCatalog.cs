using Microsoft.Extensions.Options;
using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Models;

/// <summary>
/// All models of the folder. The loader replaces the list as models become ready; requests read it without a lock and
/// hold the model that they found until they are answered.
/// </summary>
internal sealed class ModelCatalog(IOptions<ModelOptions> options) : IDisposable
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(2);

    private volatile IReadOnlyList<ModelEntry> _entries = [];
    private volatile bool _loaded;

    /// <summary>By name, the highest version first; empty before the folder has been read.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <summary>Whether all models of the folder have been tried once.</summary>
    public bool IsLoaded => _loaded;

    /// <summary>Why the service cannot answer anything yet, or at all; null where it can.</summary>
    public string? NotReadyReason
    {
        get
        {
            if (!_loaded)
                return "The models are still being loaded: try again in a moment.";
            if (Entries.Any(entry => entry.Model is not null))
                return null;
            return Entries.Count == 0
                ? $"There is no model: put an ONNX file of the export command into the folder {options.Value.Folder}."
                : "No model can be served; /models says for each why.";
        }
    }

    /// <summary>The model that a request is for; dispose of the lease when it is answered.</summary>
    /// <param name="task">What it has to be able to do.</param>
    /// <param name="name">What the request calls it; null where it names none.</param>
    /// <param name="version">Which of its versions; null for the highest.</param>
    /// <exception cref="ProblemException">There is none, it is not ready, or it is for another task.</exception>
    public ModelLease Find(ModelTask task, string? name, string? version = null)
    {
        if (name is null && version is not null)
            throw new ProblemException(ProblemType.InvalidParameter, "The parameter version needs the parameter model: name the model that it is of.");

        ModelLease lease = Lease(() => name is null ? Default(task) : Named(name, version));
        if (lease.Model.Spec.Task == task)
            return lease;

        lease.Dispose();
        throw new ProblemException(
            ProblemType.WrongTask, $"The model {name} is for {NameOf(lease.Model.Spec.Task)}; models for {NameOf(task)}: {Names(task)}.");
    }

    /// <summary>A model of any task by its name; dispose of the lease when it is no longer used.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="version">Which of its versions; null for the highest.</param>
    /// <exception cref="ProblemException">There is none, or it is not ready.</exception>
    public ModelLease Find(string name, string? version = null) => Lease(() => Named(name, version));

    /// <summary>Whether requests that name no model get this one.</summary>
    public bool IsDefault(ServedModel model) => ReferenceEquals(Highest(model.Name), model)
        && (ConfiguredDefault(model.Spec.Task) ?? OnlyName(model.Spec.Task)) == model.Name;

    /// <summary>Puts the entries in place of those before, whose models are closed when no request holds them any more.</summary>
    public void Replace(IReadOnlyList<ModelEntry> entries)
    {
        IReadOnlyList<ModelEntry> before = _entries;
        _entries = entries;
        foreach (ServedModel gone in Models(before).Except(Models(entries)))
            gone.Release();
    }

    /// <summary>All models of the folder have been tried once.</summary>
    public void FinishLoading() => _loaded = true;

    public void Dispose() => Replace([]);

    private static IEnumerable<ServedModel> Models(IReadOnlyList<ModelEntry> entries) =>
        entries.Select(entry => entry.Model).OfType<ServedModel>();

    /// <summary>A model can be closed between its look-up and its lease; then another has taken its place in the list.</summary>
    private static ModelLease Lease(Func<ServedModel> find)
    {
        while (true)
        {
            if (find().TryLease() is { } lease)
                return lease;
        }
    }

    private string? ConfiguredDefault(ModelTask task) =>
        task == ModelTask.Detection ? options.Value.DefaultDetector : options.Value.DefaultClassifier;

    private ServedModel Named(string name, string? version)
    {
        IReadOnlyList<ModelEntry> entries = Entries;
        ModelEntry? entry = entries.FirstOrDefault(candidate => candidate.File.Name == name
            && (version is null ? candidate.Model is not null : candidate.File.Version == version));
        entry ??= version is null ? entries.FirstOrDefault(candidate => candidate.File.Name == name) : null;
        string model = version is null ? name : $"{name} version {version}";
        return entry switch
        {
            { Model: { } found } => found,
            null when !_loaded => throw NotReady(),
            null => throw new ProblemException(
                ProblemType.UnknownModel, "No model of that name and version is served; /models lists those that are."),
            { Status: ModelStatus.Loading } => throw NotReady(),
            _ => throw new ProblemException(ProblemType.NotReady, $"The model {model} cannot be served; /models/{name} says why."),
        };
    }

    private ServedModel Default(ModelTask task)
    {
        if (!_loaded)
            throw NotReady();
        if (ConfiguredDefault(task) is { } configured)
        {
            return Highest(configured) is { } model && model.Spec.Task == task
                ? model
                : throw new ProblemException(
                    ProblemType.NotReady, $"The default model for {NameOf(task)} is not served: name one with ?model=, of {Names(task)}.");
        }

        if (NotReadyReason is not null)
            throw NotReady();
        string[] names = [.. NamesOf(task)];
        return names.Length switch
        {
            1 => Highest(names[0]) ?? throw NotReady(),
            0 => throw new ProblemException(ProblemType.UnknownModel, $"No model for {NameOf(task)} is served; /models lists those that are."),
            _ => throw new ProblemException(ProblemType.InvalidParameter, $"There are several models for {NameOf(task)}: name one with ?model=, of {Names(task)}."),
        };
    }

    private ProblemException NotReady() => new(
        ProblemType.NotReady, NotReadyReason ?? "The model is still being loaded: try again in a moment.", _loaded ? null : LoadingRetry);

    /// <summary>The version of a model that is served where none is named.</summary>
    private ServedModel? Highest(string name) => Models(Entries).FirstOrDefault(model => model.Name == name);

    private string? OnlyName(ModelTask task)
    {
        string[] names = [.. NamesOf(task)];
        return names.Length == 1 ? names[0] : null;
    }

    private IEnumerable<string> NamesOf(ModelTask task) =>
        Models(Entries).Where(model => model.Spec.Task == task).Select(model => model.Name).Distinct();

    private string Names(ModelTask task)
    {
        string names = string.Join(", ", NamesOf(task));
        return names.Length > 0 ? names : "none";
    }

    private static string NameOf(ModelTask task) => task == ModelTask.Detection ? "detection" : "classification";
}
