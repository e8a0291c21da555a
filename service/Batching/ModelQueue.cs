using SpikingDetector.Inference;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Tracing;

namespace SpikingDetector.Service.Batching;

/// <summary>
/// The pictures that wait for one model. They run in the order in which they came, as many at once as have gathered, up to the
/// configured size; a worker of the model's device calls <see cref="RunNext"/> when it is the model's turn.
/// </summary>
internal sealed class ModelQueue : IDisposable
{
    private readonly ModelSession _session;
    private readonly string _model;
    private readonly DeviceWorkers _workers;
    private readonly BatchingOptions _options;
    private readonly TimeSpan _retryAfter;
    private readonly ServiceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _size;
    private readonly SemaphoreSlim _places;
    private readonly Lock _gate = new();
    private readonly Queue<QueuedRun> _waiting = new();
    private readonly Action _forget;
    private int _givenUp; // Of those that are still in the queue.
    private readonly ITimer? _delay;
    private bool _due;

    public ModelQueue(
        ModelSession session,
        string model,
        DeviceWorkers workers,
        BatchingOptions options,
        TimeSpan retryAfter,
        ServiceMetrics metrics,
        TimeProvider time)
    {
        _session = session;
        _model = model;
        _workers = workers;
        _options = options;
        _retryAfter = retryAfter;
        _metrics = metrics;
        _time = time;
        _size = options.SizeFor(session);
        _places = new SemaphoreSlim(options.QueueCapacity);
        _forget = Forget;
        if (options.MaxDelay > TimeSpan.Zero)
            _delay = time.CreateTimer(_ => DelayIsOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Inputs that wait for their run now.</summary>
    public int Depth
    {
        get
        {
            lock (_gate)
                return Count;
        }
    }

    /// <exception cref="ProblemException">There is no room now.</exception>
    public void RefuseIfFull()
    {
        if (_places.CurrentCount == 0)
            throw Full();
    }

    /// <summary>Takes room for pictures that shall be run.</summary>
    /// <exception cref="ProblemException">There is not enough.</exception>
    public QueuePlaces Enter(int count = 1)
    {
        for (int taken = 0; taken < count; taken++)
        {
            if (_places.Wait(0))
                continue;
            if (taken > 0)
                _places.Release(taken);
            throw Full();
        }

        return new QueuePlaces(_places, count);
    }

    /// <summary>Waits for room for one picture.</summary>
    public async ValueTask<QueuePlaces> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new QueuePlaces(_places, 1);
    }

    /// <summary>Runs the model on an input, together with others that wait.</summary>
    /// <param name="input">One input; in use until the task ends.</param>
    /// <param name="outputs">The outputs that are read.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="stop">Gives the input up: it then never runs, or its run stops where nobody else waits for it.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<RunResult<T>> RunAsync<T>(
        InputBatch input, IReadOnlyList<string> outputs, OutputReader<T> read, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var run = new QueuedRun<T>(input, outputs, read, _time.GetTimestamp(), _forget, stop);
        lock (_gate)
        {
            _waiting.Enqueue(run);
            CallWorker();
        }

        return run.AnswerAsync();
    }

    /// <summary>Runs what has gathered, at most one batch.</summary>
    public void RunNext()
    {
        var batch = new List<QueuedRun>(_size);
        lock (_gate)
        {
            _due = false;
            while (batch.Count < _size && _waiting.TryDequeue(out QueuedRun? run))
            {
                if (run.TryStart())
                    batch.Add(run);
                else
                    _givenUp--;
            }

            CallWorker();
        }

        if (batch.Count > 0)
            Run(batch);
    }

    /// <summary>Ends those that still wait, because no worker will come.</summary>
    public void FailAll(Exception exception)
    {
        lock (_gate)
        {
            _due = false;
            _givenUp = 0;
            while (_waiting.TryDequeue(out QueuedRun? run))
            {
                if (run.TryStart())
                    run.Fail(exception);
            }
        }
    }

    public void Dispose()
    {
        _delay?.Dispose();
        _places.Dispose();
    }

    private int Count => _waiting.Count - _givenUp;

    private void Forget()
    {
        lock (_gate)
            _givenUp++;
    }

    private ProblemException Full() => new(
        ProblemType.Full,
        $"The model {_model} already has {_options.QueueCapacity} pictures before it: try again in a moment.",
        _retryAfter);

    /// <summary>Has a worker come now, or when the first has waited long enough. The lock is held.</summary>
    private void CallWorker()
    {
        if (_due || _waiting.FirstOrDefault(run => !run.IsGivenUp) is not { } first)
            return;


        TimeSpan left = _delay is null || Count >= _size
            ? TimeSpan.Zero
            : _options.MaxDelay - _time.GetElapsedTime(first.Enqueued);
        if (left > TimeSpan.Zero)
        {
            _delay!.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        _due = true;
        _workers.Call(this);
    }

    private void DelayIsOver()
    {
        lock (_gate)
            CallWorker();
    }

    private void Run(List<QueuedRun> batch)
    {
        long started = _time.GetTimestamp();
        DateTimeOffset startedAt = _time.GetUtcNow();
        InputBatch? merged = null;
        try
        {
            if (batch.Count > 1)
                merged = Merge(batch);
            using ModelOutputs outputs = Run(batch, merged ?? batch[0].Input);
            TimeSpan inference = _time.GetElapsedTime(started);
            Tell(batch, started, startedAt, inference);
            for (int row = 0; row < batch.Count; row++)
                batch[row].Complete(outputs, row, _time.GetElapsedTime(batch[row].Enqueued, started), inference);
        }
#pragma warning disable CA1031 // Goes to those who wait for the answers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (QueuedRun run in batch)
                run.Fail(exception);
        }
        finally
        {
            merged?.Dispose();
        }
    }

    private ModelOutputs Run(List<QueuedRun> batch, InputBatch inputs)
    {
        IReadOnlyList<string> outputs = batch[0].Outputs;
        if (batch.Count == 1)
            return _session.Run(inputs, outputs, batch[0].Stop);

        if (batch.Exists(run => !ReferenceEquals(run.Outputs, outputs)))
            outputs = [.. batch.SelectMany(run => run.Outputs).Distinct()];
        using var stop = new BatchStop(batch);
        return _session.Run(inputs, outputs, stop.Token);
    }

    private InputBatch Merge(List<QueuedRun> batch)
    {
        InputBatch merged = _session.CreateInputBatch(batch.Count);
        foreach (QueuedRun run in batch)
            merged.Append(run.Input);
        return merged;
    }

    private void Tell(List<QueuedRun> batch, long started, DateTimeOffset startedAt, TimeSpan inference)
    {
        TimeSpan wait = _delay is null ? TimeSpan.Zero : _time.GetElapsedTime(batch[0].Enqueued, started);
        _metrics.BatchRun(_model, batch.Count, wait, inference);
        foreach (QueuedRun run in batch)
        {
            TimeSpan waited = _time.GetElapsedTime(run.Enqueued, started);
            _metrics.Waited(_model, waited);
            ServiceTracing.Queue(run.Request, _model, startedAt - waited, waited);
            ServiceTracing.Inference(run.Request, _model, batch.Count, startedAt, inference);
        }
    }
}
