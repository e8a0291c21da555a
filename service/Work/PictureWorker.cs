using Microsoft.Extensions.Options;
using Serilog;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Work;

/// <summary>
/// Takes a picture or recording from its upload to what a network says about it. Two limits keep the memory bounded: how many
/// pictures are in the service at all, and how many of these are decoded and run at the same time. A slow upload
/// holds a place of the first kind only.
/// </summary>
internal sealed class PictureWorker : IDisposable
{
    private readonly ImageBodyReader _reader;
    private readonly InputDecoder _decoder;
    private readonly WorkOptions _options;
    private readonly TimeProvider _time;
    private readonly IDiagnosticContext _requestLog;
    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim _turns;

    public PictureWorker(
        ImageBodyReader reader,
        InputDecoder decoder,
        IOptions<WorkOptions> work,
        TimeProvider time,
        IDiagnosticContext requestLog)
    {
        _reader = reader;
        _decoder = decoder;
        _options = work.Value;
        _time = time;
        _requestLog = requestLog;
        _places = new SemaphoreSlim(_options.MaxInFlight);
        _turns = new SemaphoreSlim(_options.Concurrency);
    }

    /// <summary>Reads the request's picture or recording and does the job.</summary>
    /// <exception cref="ProblemException">The service is full, the deadline has passed, or there is no one picture.</exception>
    /// <exception cref="PictureException">The picture cannot be read.</exception>
    /// <exception cref="EventDataException">The event data cannot be the model's input.</exception>
    public async Task<PictureResult<T>> DoAsync<T>(HttpRequest request, PictureJob<T> job)
    {
        if (!_places.Wait(0))
        {
            throw new ProblemException(
                ProblemType.Full,
                $"The service already has {_options.MaxInFlight} pictures at work: try again in a moment.",
                TimeSpan.FromSeconds(_options.RetryAfterSeconds));
        }

        try
        {
            long arrived = _time.GetTimestamp();
            CancellationToken aborted = request.HttpContext.RequestAborted;
            using ImageBody body = await _reader.ReadAsync(request, job.Model.TakesEvents, aborted);
            _requestLog.Set("PictureBytes", body.Length);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_options.DeadlineSeconds), _time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
            try
            {
                return await TakeTurnAsync(body, job, arrived, stop.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !aborted.IsCancellationRequested)
            {
                throw new ProblemException(
                    ProblemType.DeadlinePassed,
                    FormattableString.Invariant($"There was no answer within {_options.DeadlineSeconds} s: try again later or send a smaller file."));
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>
    /// Waits for the work that is under way, which the server has told to stop: the models are closed next, and none of
    /// them may be running then.
    /// </summary>
    public void Dispose()
    {
        for (int i = 0; i < _options.Concurrency; i++)
            _turns.Wait();
        _places.Dispose();
        _turns.Dispose();
    }

    private async Task<PictureResult<T>> TakeTurnAsync<T>(
        ImageBody body, PictureJob<T> job, long arrived, CancellationToken stop)
    {
        long queued = _time.GetTimestamp();
        await _turns.WaitAsync(stop);
        try
        {
            return Work(body, job, arrived, Milliseconds(queued), stop);
        }
        finally
        {
            _turns.Release();
        }
    }

    private PictureResult<T> Work<T>(ImageBody body, PictureJob<T> job, long arrived, double queue, CancellationToken stop)
    {
        long started = _time.GetTimestamp();
        using DecodedInput input = _decoder.Decode(job.Model, body.Bytes);
        double decode = Milliseconds(started);

        long ready = _time.GetTimestamp();
        IReadOnlyList<T> found = job.Run(input.Batch, stop);
        double inference = Milliseconds(ready);

        byte[]? drawing = job.Draw is { } draw && input.Picture is { } picture ? draw(picture, found) : null;
        stop.ThrowIfCancellationRequested();
        var timings = new PictureTimings(decode, queue, inference, Milliseconds(arrived));
        Log(job.Model, input, found.Count, timings);
        return new PictureResult<T>(input.Width, input.Height, found, drawing, timings);
    }

    private void Log(ServedModel model, DecodedInput input, int found, PictureTimings timings)
    {
        _requestLog.Set("Model", model.Name);
        _requestLog.Set("ModelVersion", model.Version);
        _requestLog.Set("Width", input.Width);
        _requestLog.Set("Height", input.Height);
        _requestLog.Set("Found", found);
        _requestLog.Set("DecodeMs", timings.Decode);
        _requestLog.Set("QueueMs", timings.Queue);
        _requestLog.Set("InferenceMs", timings.Inference);
        _requestLog.Set("TotalMs", timings.Total);
    }

    private double Milliseconds(long since) => Math.Round(_time.GetElapsedTime(since).TotalMilliseconds, 2);
}
