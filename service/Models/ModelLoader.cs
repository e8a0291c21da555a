using Microsoft.Extensions.Options;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Models;

/// <summary>
/// Opens the models of the folder when the service starts, one after the other, while the service already answers
/// whether it lives. A file that cannot be served is refused with its reason, and the others are served.
/// </summary>
internal sealed partial class ModelLoader(
    ModelCatalog catalog,
    IOptions<ModelOptions> options,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime,
    ILogger<ModelLoader> logger) : BackgroundService
{
    private string Folder => Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => LoadAll(stoppingToken), stoppingToken);

    /// <summary>
    /// Waits for the model that is being opened: the catalog closes its models next, and the process may end, which the
    /// native library does not survive in the middle of its work.
    /// </summary>
    public override void Dispose()
    {
        base.Dispose();
        ExecuteTask?.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    private void LoadAll(CancellationToken stoppingToken)
    {
        ModelEntry[] entries = [.. ModelFolder.Scan(Folder).Select(file => file.Problem is { } problem
            ? new ModelEntry(file, ModelStatus.Refused, Reason: problem)
            : new ModelEntry(file, ModelStatus.Loading))];
        catalog.Replace([.. entries]);
        if (entries.Length == 0)
            LogNoModels(Folder);

        for (int i = 0; i < entries.Length && !stoppingToken.IsCancellationRequested; i++)
        {
            try
            {
                entries[i] = Load(entries[i]);
            }
            catch (DeviceUnavailableException exception)
            {
                LogNoDevice(exception.Message);
                Environment.ExitCode = ExitCode.BadUse;
                lifetime.StopApplication();
                return;
            }

            catalog.Replace([.. entries]);
        }

        WarnOfDefaults();
        if (entries.Select(entry => entry.Model?.Session.DeviceWarning).FirstOrDefault(warning => warning is not null) is { } reason)
            LogOnCpu(reason);
    }

    private ModelEntry Load(ModelEntry entry)
    {
        ModelFile file = entry.File;
        if (entry.Status == ModelStatus.Refused)
        {
            LogRefused(file.Path, entry.Reason!);
            return entry;
        }

        try
        {
            ModelSession session = ModelSession.Open(Path.Combine(Folder, file.Path), options.Value.SessionOptions);
            try
            {
                WarmUp(session);
            }
            catch
            {
                session.Dispose();
                throw;
            }

            LogReady(file.Name, file.Version, session.Spec.Task, session.Device);
            return entry with { Status = ModelStatus.Ready, Model = new ServedModel(file.Name, file.Version, session) };
        }
        catch (DeviceUnavailableException)
        {
            throw;
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

    /// <summary>
    /// The first input takes memory, loads the decoder and picks kernels; a request should not wait for that.
    /// </summary>
    private static void WarmUp(ModelSession session)
    {
        if (session.Spec.Input is EventInputSpec)
        {
            using EventBatch batch = session.CreateEventBatch();
            batch.Add(new float[new EventPreparation(session.Spec).CountsOfInput]);
            session.Classify(batch);
            return;
        }

        byte[] file = PictureEncoder.EncodeJpeg(new Picture(session.Spec.Input.Width, session.Spec.Input.Height));
        Picture picture = PictureDecoder.Decode(file);
        if (session.Spec.Task == ModelTask.Detection)
            session.Detect(picture);
        else
            session.Classify(picture);
    }

    private void WarnOfDefaults()
    {
        foreach (string? name in (string?[])[options.Value.DefaultDetector, options.Value.DefaultClassifier])
        {
            if (name is not null && !catalog.Entries.Any(entry => entry.File.Name == name && entry.Status == ModelStatus.Ready))
                LogDefaultMissing(name);
        }
    }
}
