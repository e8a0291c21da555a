using Microsoft.Extensions.Options;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Inference;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Models;

/// <summary>
/// Keeps the catalog to what the folder holds. At the start every model is opened, one after the other, while the service already
/// answers whether it lives; later the folder is read again at intervals or when somebody asks for it. A new version takes the
/// place of the one before once it has answered its warm-up; a file that cannot be served is refused with its reason, and whatever
/// was served goes on.
/// </summary>
internal sealed partial class ModelLoader(
    ModelCatalog catalog,
    ModelOpener opener,
    IOptions<ModelOptions> options,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ModelLoader> logger) : BackgroundService
{
    /// <summary>A file that nobody has written to for so long is taken to be whole.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SortedDictionary<string, IReadOnlyList<ModelEntry>> _models = new(StringComparer.Ordinal);
    private Dictionary<string, FileStamp> _seen = [];

    private string Folder => Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);

    /// <summary>Reads the folder again and loads what is new in it.</summary>
    /// <exception cref="ProblemException">The folder cannot be read; what was served goes on.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What was written just now shall be served, too, once it is whole.
            if (!await Task.Run(() => Update(), cancellationToken))
            {
                await Task.Delay(SettleTime, time, cancellationToken);
                await Task.Run(() => Update(), cancellationToken);
            }
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            LogUnreadable(Folder, exception.Message);
            throw new ProblemException(
                ProblemType.NotReady, "The folder of models cannot be read, so nothing has changed; the log of the service says why.");
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Run(() => LoadAll(stoppingToken), CancellationToken.None);
        if (options.Value.PollSeconds == 0 || stoppingToken.IsCancellationRequested)
            return;

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await PollAsync(stoppingToken);
    }

    /// <summary>
    /// Waits for the model that is being opened: the catalog closes its models next, and the process may end, which the
    /// native library does not survive in the middle of its work.
    /// </summary>
    public override void Dispose()
    {
        base.Dispose();
        ExecuteTask?.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _turn.Wait();
        _turn.Release();
    }

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        await _turn.WaitAsync(stoppingToken);
        try
        {
            Update();
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            LogUnreadable(Folder, exception.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static bool IsUnreadable(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private void LoadAll(CancellationToken stoppingToken)
    {
        _turn.Wait(CancellationToken.None);
        try
        {
            IReadOnlyList<ModelFile> files = ModelFolder.Scan(Folder);
            foreach (IGrouping<string, ModelFile> model in files.GroupBy(file => file.Name))
                _models[model.Key] = [.. model.Take(options.Value.KeepVersions).Select(file => new ModelEntry(file, ModelStatus.Loading))];
            Publish();
            if (files.Count == 0)
                LogNoModels(Folder);

            foreach (IGrouping<string, ModelFile> model in files.GroupBy(file => file.Name))
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                Update(model.Key, [.. model], atStart: true);
            }

            catalog.FinishLoading();
            Warn();
        }
        catch (DeviceUnavailableException exception)
        {
            LogNoDevice(exception.Message);
            Environment.ExitCode = ExitCode.BadUse;
            lifetime.StopApplication();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Brings the catalog up to the folder.</summary>
    /// <returns>Whether nothing is left that was still being written.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    private bool Update()
    {
        // A volume that is away for a moment is no reason to drop what is served.
        if (!Directory.Exists(Folder))
            throw new DirectoryNotFoundException($"There is no folder {Folder}.");
        IReadOnlyList<ModelFile> files = ModelFolder.Scan(Folder);
        var models = files.GroupBy(file => file.Name).ToDictionary(model => model.Key, model => model.ToArray());
        foreach (string gone in _models.Keys.Except(models.Keys).ToArray())
        {
            LogGone(gone);
            _models.Remove(gone);
        }

        Publish();
        foreach ((string name, ModelFile[] versions) in models)
            Update(name, versions, atStart: false);
        _seen = files.ToDictionary(file => file.Path, file => file.Stamp);
        return !_models.Values.Any(entries => entries.Any(entry => entry.Status == ModelStatus.Loading));
    }

    /// <summary>Brings one model up to its files.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="files">Its versions, the highest first.</param>
    /// <param name="atStart">Nothing is served yet: a file is tried even if it was written to a moment ago.</param>
    private void Update(string name, ModelFile[] files, bool atStart)
    {
        IReadOnlyList<ModelEntry> before = _models.GetValueOrDefault(name, []);
        var after = new List<ModelEntry>();
        foreach (ModelFile file in files)
        {
            if (file.Problem is null && after.Count(entry => entry.Model is not null) == options.Value.KeepVersions)
                break;

            ModelEntry? old = before.FirstOrDefault(entry => entry.File.Version == file.Version);
            if (old is not null && old.File == file && old.Status != ModelStatus.Loading)
            {
                after.Add(old);
            }
            else if (file.Problem is { } problem)
            {
                after.Add(Refuse(new ModelEntry(file, ModelStatus.Refused), problem));
            }
            else if (!atStart && !IsSettled(file))
            {
                after.Add(old?.Model is null ? new ModelEntry(file, ModelStatus.Loading) : old);
            }
            else
            {
                Show(name, [.. after, new ModelEntry(file, ModelStatus.Loading)], before);
                after.Add(Replace(old, Open(file, atStart)));
            }
        }

        // Where every file is bad or unfinished, whatever was served goes on, even if its own file has been taken away.
        if (!after.Exists(entry => entry.Model is not null) && before.FirstOrDefault(entry => entry.Model is not null) is { } last)
            after.Add(last);
        Show(name, after, []);
    }

    /// <summary>Shows a model's entries, and those from before that are not among them.</summary>
    private void Show(string name, IReadOnlyList<ModelEntry> entries, IReadOnlyList<ModelEntry> before)
    {
        IEnumerable<ModelEntry> others = before.Where(old => !entries.Any(entry => entry.File.Version == old.File.Version));
        ModelEntry Shown(ModelEntry entry) => entry.Model is null
            ? before.FirstOrDefault(old => old.File.Version == entry.File.Version && old.Model is not null) ?? entry
            : entry;
        _models[name] = [.. entries.Select(Shown).Concat(others).OrderByDescending(entry => entry.File.Number)];
        Publish();
    }

    private void Publish() => catalog.Replace([.. _models.Values.SelectMany(entries => entries)]);

    private bool IsSettled(ModelFile file) =>
        _seen.GetValueOrDefault(file.Path) == file.Stamp || time.GetUtcNow() - file.Stamp.WrittenAt >= SettleTime;

    /// <summary>The entry of a file that was tried; where another content of it is served and the new one is bad, that goes on.</summary>
    private static ModelEntry Replace(ModelEntry? old, ModelEntry tried) =>
        tried.Model is null && old?.Model is not null ? old with { File = tried.File, Reason = tried.Reason } : tried;

    private ModelEntry Open(ModelFile file, bool atStart)
    {
        string path = Path.Combine(Folder, file.Path);
        var entry = new ModelEntry(file, ModelStatus.Loading);
        try
        {
            ServedModel model = opener.Open(file, path);
            if (FileStamp.Of(path) != file.Stamp)
            {
                // Written to while it was read: what was read may be of both.
                model.Release();
                return entry;
            }

            LogReady(file.Name, file.Version, model.Spec.Task.ToString(), model.Session.Device.ToString());
            return entry with { Status = ModelStatus.Ready, Model = model };
        }
        catch (DeviceUnavailableException exception)
        {
            if (atStart)
                throw;
            return Refuse(entry, exception.Message);
        }
        catch (InvalidInputException exception)
        {
            return Refuse(entry, exception.Message);
        }
#pragma warning disable CA1031 // One model that fails in a way of its own must not take the others down.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, file.Path);
            return Refuse(entry, "It could not be run; the log of the service has more.");
        }
    }

    private ModelEntry Refuse(ModelEntry entry, string reason)
    {
        // Clients need not know where on this machine the folder is.
        string shown = reason.Replace(Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        LogRefused(entry.File.Path, shown);
        return entry with { Status = ModelStatus.Refused, Reason = shown };
    }

    private void Warn()
    {
        foreach (string? name in (string?[])[options.Value.DefaultDetector, options.Value.DefaultClassifier])
        {
            if (name is not null && !catalog.Entries.Any(entry => entry.File.Name == name && entry.Status == ModelStatus.Ready))
                LogDefaultMissing(name);
        }

        if (catalog.Entries.Select(entry => entry.Model?.Session.DeviceWarning).FirstOrDefault(warning => warning is not null) is { } reason)
            LogOnCpu(reason);
    }
}
