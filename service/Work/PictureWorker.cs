using Microsoft.Extensions.Options;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Inference;
using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Tracing;

namespace SpikingDetector.Service.Work;

/// <summary>
/// Takes a picture or recording from its file to what a network says about it. Decoding, and drawing for an answer, happens
/// on a bounded number of threads beside the networks' own.
/// </summary>
internal sealed class PictureWorker(
    InputDecoder decoder, IOptions<WorkOptions> work, ServiceMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _decoders = new(work.Value.Decoders);

    /// <summary>
    /// Pictures that are drawn on are kept as a whole until then, so no more are decoded than can be drawn at the same time: the
    /// others would wait behind all that are still to be decoded, each with all of its pixels.
    /// </summary>
    private readonly SemaphoreSlim _drawings = new(work.Value.Decoders);

    /// <summary>Decodes a file, has its turn at the model and reads the answer.</summary>
    /// <param name="file">The file, as it was uploaded.</param>
    /// <param name="job">What to do with it.</param>
    /// <param name="arrived">When its request came, as <see cref="TimeProvider.GetTimestamp"/> gives it.</param>
    /// <param name="waits">Whether to wait where the model's queue is full.</param>
    /// <param name="stop">Nobody waits for the answer any more.</param>
    /// <exception cref="ProblemException">The model's queue is full.</exception>
    /// <exception cref="PictureException">The picture cannot be read.</exception>
    /// <exception cref="EventDataException">The event data cannot be the model's input.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<PictureResult<T>> DoAsync<T>(
        ReadOnlyMemory<byte> file, PictureJob<T> job, long arrived, bool waits, CancellationToken stop)
    {
        long queued = time.GetTimestamp();
        using QueuePlaces place = waits ? await job.Model.Queue.EnterAsync(stop) : job.Model.Queue.Enter();
        if (job.Draw is null)
            return await DoAsync(file, job, arrived, queued, stop);

        await _drawings.WaitAsync(stop);
        try
        {
            return await DoAsync(file, job, arrived, queued, stop);
        }
        finally
        {
            _drawings.Release();
        }
    }

    public void Dispose()
    {
        _decoders.Dispose();
        _drawings.Dispose();
    }

    /// <summary>The same with a place in the model's queue and, where it is drawn, among the pictures that are kept for that.</summary>
    private async Task<PictureResult<T>> DoAsync<T>(
        ReadOnlyMemory<byte> file, PictureJob<T> job, long arrived, long queued, CancellationToken stop)
    {
        await _decoders.WaitAsync(stop);
        TimeSpan waited = time.GetElapsedTime(queued);
        using DecodedInput input = Decode(file, job, out TimeSpan decode);
        RunResult<(T Found, SpikeActivity? Activity)> run = await job.Model.Queue.RunAsync(
            input.Batch, job.Outputs, (outputs, row) => Read(job, outputs, row, input.Batch), stop);
        EncodedPicture? drawing = job.Draw is { } draw && input.Picture is { } picture
            ? await DrawAsync(() => draw(picture, run.Value.Found), stop)
            : null;
        stop.ThrowIfCancellationRequested();
        metrics.PictureAnswered(job.Model.Name, job.Model.Task);
        if (run.Value.Activity is { } activity)
            metrics.Fired(job.Model.Name, activity.MeanFiringRate);
        var timings = new PictureTimings(
            Milliseconds(decode), Milliseconds(waited + run.Waited), Milliseconds(run.Inference), Milliseconds(time.GetElapsedTime(arrived)));
        return new PictureResult<T>(input.Width, input.Height, run.Value.Found, drawing, timings, run.Value.Activity);
    }

    /// <summary>Decodes with the place among the decoders that was waited for, and gives it back.</summary>
    private DecodedInput Decode<T>(ReadOnlyMemory<byte> file, PictureJob<T> job, out TimeSpan duration)
    {
        try
        {
            using System.Diagnostics.Activity? span = ServiceTracing.Decode();
            long started = time.GetTimestamp();
            DecodedInput input = decoder.Decode(job.Model, file.Span, keepPicture: job.Draw is not null);
            duration = time.GetElapsedTime(started);
            metrics.PictureDecoded(duration, file.Length, job.Model.TakesEvents ? null : (long)input.Width * input.Height);
            return input;
        }
        finally
        {
            _decoders.Release();
        }
    }

    private static (T Found, SpikeActivity? Activity) Read<T>(PictureJob<T> job, ModelOutputs outputs, int row, InputBatch input) =>
        (job.Read(outputs, row, input), job.WithActivity ? job.Model.Session.ReadActivity(outputs, row) : null);

    private async Task<EncodedPicture> DrawAsync(Func<EncodedPicture> draw, CancellationToken stop)
    {
        await _decoders.WaitAsync(stop);
        try
        {
            using System.Diagnostics.Activity? span = ServiceTracing.Encode();
            long started = time.GetTimestamp();
            EncodedPicture drawing = draw();
            metrics.Encoded(time.GetElapsedTime(started));
            return drawing;
        }
        finally
        {
            _decoders.Release();
        }
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
