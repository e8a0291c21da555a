using Microsoft.Extensions.Options;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Models;

/// <summary>Opens model files and has them answer once, so that no request waits for what only the first run does.</summary>
internal sealed class ModelOpener(
    IOptions<ModelOptions> models,
    IOptions<BatchingOptions> batching,
    IOptions<WorkOptions> work,
    Devices devices,
    ServiceMetrics metrics,
    TimeProvider time)
{
    /// <summary>Opens a file and warms it up.</summary>
    /// <param name="file">What it is called.</param>
    /// <param name="path">Where it is.</param>
    /// <exception cref="DeviceUnavailableException">The configured device does not work.</exception>
    /// <exception cref="Core.InvalidInputException">The file cannot be served.</exception>
    public ServedModel Open(ModelFile file, string path)
    {
        ModelSession session = ModelSession.Open(path, models.Value.SessionOptions);
        try
        {
            WarmUp(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        var queue = new ModelQueue(
            session,
            file.Name,
            devices.WorkersOf(session.Device),
            batching.Value,
            TimeSpan.FromSeconds(work.Value.RetryAfterSeconds),
            metrics,
            time);
        return new ServedModel(file.Name, file.Version, session, queue);
    }

    /// <summary>
    /// A run of each size takes the memory and picks the kernels that a run of that size needs. The decoder is loaded, too.
    /// </summary>
    private void WarmUp(ModelSession session)
    {
        using InputBatch one = session.CreateInputBatch();
        if (one is EventBatch events)
        {
            events.Add(new float[new EventPreparation(session.Spec).CountsOfInput]);
        }
        else
        {
            byte[] file = PictureEncoder.EncodeJpeg(new Picture(session.Spec.Input.Width, session.Spec.Input.Height));
            using Picture picture = PictureDecoder.DecodeBorrowed(file);
            ((PictureBatch)one).Add(picture);
        }

        for (int size = 1; size <= batching.Value.SizeFor(session); size++)
        {
            using InputBatch batch = session.CreateInputBatch(size);
            for (int i = 0; i < size; i++)
                batch.Append(one);
            if (session.Spec.Task == ModelTask.Detection)
                session.Detect(batch);
            else
                session.Classify(batch);
        }
    }
}
