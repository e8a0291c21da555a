using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Serilog;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Work;

/// <summary>
/// Answers the files of a request. How many files are in the service at all is bounded, from the first byte of their upload
/// to their answer; a slow upload holds such a place and nothing else.
/// </summary>
internal sealed class RequestWorker
{
    /// <summary>Files of one request that are dealt with at the same time, so that one request does not fill the queue alone.</summary>
    private const int FilesAtOnce = 8;

    private readonly UploadReader _reader;
    private readonly PictureWorker _worker;
    private readonly WorkOptions _options;
    private readonly TimeProvider _time;
    private readonly IDiagnosticContext _requestLog;
    private readonly PlacesInFlight _places;

    public RequestWorker(
        UploadReader reader,
        PictureWorker worker,
        PlacesInFlight places,
        IOptions<WorkOptions> work,
        TimeProvider time,
        IDiagnosticContext requestLog)
    {
        _reader = reader;
        _worker = worker;
        _options = work.Value;
        _time = time;
        _requestLog = requestLog;
        _places = places;
    }

    /// <summary>
    /// Reads all files of a request and answers them together. What is wrong with the only file of a request ends the request; of
    /// several each has its own outcome.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="job">What to do with each file.</param>
    /// <param name="within">How long it may take from the end of the upload; the configured time unless it is less.</param>
    /// <param name="fields">Takes the texts of a form; null where none are of interest.</param>
    /// <exception cref="ProblemException">The service is full, the deadline has passed, or the request holds no file.</exception>
    public async Task<IReadOnlyList<FileOutcome<T>>> DoAsync<T>(
        HttpRequest request, PictureJob<T> job, TimeSpan? within, IFormFields? fields = null)
    {
        using Places.Place place = _places.TakeFor(job.Model);
        var uploads = new List<Upload>(1);
        try
        {
            long arrived = _time.GetTimestamp();
            CancellationToken aborted = request.HttpContext.RequestAborted;
            using (Uploads reader = _reader.Open(request, job.Model.TakesEvents, streamed: false, fields))
            {
                while (await reader.NextAsync(aborted) is { } upload)
                    uploads.Add(upload);
            }

            fields?.Complete();
            _requestLog.Set("PictureBytes", uploads.Sum(upload => (long)upload.Length));
            using var deadline = new Deadline(Within(within), _time, aborted);
            try
            {
                return uploads.Count == 1
                    ? [await DoOnlyAsync(uploads[0], job, arrived, deadline.Token)]
                    : await DoSeveralAsync(uploads, job, arrived, deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.HasPassed)
            {
                throw deadline.Problem;
            }
        }
        finally
        {
            foreach (Upload upload in uploads)
                upload.Dispose();
        }
    }

    /// <summary>Answers each file of a request as it comes, so that a request can hold more files than the memory.</summary>
    /// <param name="request">The request.</param>
    /// <param name="job">What to do with each file.</param>
    /// <param name="within">How long each file may take from the end of its own upload.</param>
    /// <param name="answer">Called for each outcome, one after the other, in the order in which they are there.</param>
    /// <exception cref="ProblemException">The service is full, or the headers tell that there is no file; nothing was answered then.</exception>
    public async Task StreamAsync<T>(
        HttpRequest request, PictureJob<T> job, TimeSpan? within, Func<FileOutcome<T>, CancellationToken, Task> answer)
    {
        long arrived = _time.GetTimestamp();
        CancellationToken aborted = request.HttpContext.RequestAborted;
        using Places.Place first = _places.TakeFor(job.Model);
        using Uploads uploads = _reader.Open(request, job.Model.TakesEvents, streamed: true);
        using var answering = new SemaphoreSlim(1);
        ProblemException? broken = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = aborted };
        await Parallel.ForEachAsync(ReadAsync(uploads, first, problem => broken = problem, aborted), options, async (file, stop) =>
        {
            FileOutcome<T> outcome;
            using (file.Place)
            using (file.Upload)
                outcome = await DoOneOfManyAsync(file.Upload, job, arrived, Within(within), stop);
            await answering.WaitAsync(stop);
            try
            {
                await answer(outcome, stop);
            }
            finally
            {
                answering.Release();
            }
        });
        if (broken is not null)
            await answer(new FileOutcome<T>(-1, null, null, broken), aborted);
    }

    private TimeSpan Within(TimeSpan? asked)
    {
        TimeSpan most = TimeSpan.FromSeconds(_options.DeadlineSeconds);
        return asked < most ? asked.Value : most;
    }

    /// <summary>
    /// The files of a body, each with the place that it holds, up to the end or to what is wrong with the body itself.
    /// </summary>
    private async IAsyncEnumerable<(Upload Upload, Places.Place Place)> ReadAsync(
        Uploads uploads,
        Places.Place first,
        Action<ProblemException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Places.Place place = first;
        while (true)
        {
            Upload? upload = null;
            try
            {
                upload = await uploads.NextAsync(cancellationToken);
            }
            catch (Exception exception) when (ProblemOf.Exception(exception) is { })
            {
                broken(ProblemOf.Exception(exception)!);
            }
            finally
            {
                if (upload is null)
                    place.Dispose();
            }

            if (upload is null)
                yield break;
            yield return (upload, place);
            place = await _places.TakeAsync(cancellationToken);
        }
    }

    private async Task<FileOutcome<T>> DoOnlyAsync<T>(Upload upload, PictureJob<T> job, long arrived, CancellationToken stop)
    {
        PictureResult<T> result = await _worker.DoAsync(upload.File, job, arrived, waits: false, stop);
        Log(job.Model, result);
        return new FileOutcome<T>(upload.Index, upload.Name, result, null);
    }

    private async Task<IReadOnlyList<FileOutcome<T>>> DoSeveralAsync<T>(
        List<Upload> uploads, PictureJob<T> job, long arrived, CancellationToken stop)
    {
        if (job.Draw is not null)
        {
            throw new ProblemException(
                ProblemType.MalformedRequest, $"There are {uploads.Count} pictures, and a drawn answer is of one: send one, or accept JSON.");
        }

        _requestLog.Set("Model", job.Model.Name);
        _requestLog.Set("ModelVersion", job.Model.Version);
        _requestLog.Set("Files", uploads.Count);
        var outcomes = new FileOutcome<T>[uploads.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(uploads, options, async (upload, _) =>
            outcomes[upload.Index] = await TryAsync(upload, job, arrived, stop));
        return outcomes;
    }

    /// <summary>One file of a stream, with its own deadline.</summary>
    private async Task<FileOutcome<T>> DoOneOfManyAsync<T>(
        Upload upload, PictureJob<T> job, long arrived, TimeSpan within, CancellationToken aborted)
    {
        using var deadline = new Deadline(within, _time, aborted);
        try
        {
            return await TryAsync(upload, job, arrived, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return new FileOutcome<T>(upload.Index, upload.Name, null, deadline.Problem);
        }
    }

    private async Task<FileOutcome<T>> TryAsync<T>(Upload upload, PictureJob<T> job, long arrived, CancellationToken stop)
    {
        try
        {
            PictureResult<T> result = await _worker.DoAsync(upload.File, job, arrived, waits: true, stop);
            return new FileOutcome<T>(upload.Index, upload.Name, result, null);
        }
        catch (Exception exception) when (ProblemOf.Exception(exception) is not null)
        {
            return new FileOutcome<T>(upload.Index, upload.Name, null, ProblemOf.Exception(exception));
        }
    }

    private void Log<T>(ServedModel model, PictureResult<T> result)
    {
        _requestLog.Set("Model", model.Name);
        _requestLog.Set("ModelVersion", model.Version);
        _requestLog.Set("Width", result.Width);
        _requestLog.Set("Height", result.Height);
        _requestLog.Set("DecodeMs", result.Timings.Decode);
        _requestLog.Set("QueueMs", result.Timings.Queue);
        _requestLog.Set("InferenceMs", result.Timings.Inference);
        _requestLog.Set("TotalMs", result.Timings.Total);
    }
}
