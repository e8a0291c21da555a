namespace SpikingDetector.Service.Load;

/// <summary>What a load has measured so far. Requests of many threads are added to it; it is read after the load, but for its counts.</summary>
internal sealed class LoadRecord
{
    private readonly Lock _lock = new();
    private int _answered;
    private int _failed;

    /// <summary>Requests that ended, well or not.</summary>
    public int Requests => _answered + _failed;

    /// <summary>Requests that were answered with success; each had one picture.</summary>
    public int Answered => _answered;

    /// <summary>All others.</summary>
    public int Failed => _failed;

    /// <summary>From the first request's start to the last one's end.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Whether it was stopped before its end.</summary>
    public bool Interrupted { get; set; }

    public long SentBytes { get; private set; }

    public long ReceivedBytes { get; private set; }

    /// <summary>Milliseconds from a request's start, in an open loop the one that was due, to the end of its successful answer.</summary>
    public Samples Latency { get; } = new();

    /// <summary>The latency less what the service says that it decoded and ran the network, milliseconds; at least 0.</summary>
    public Samples AddedLatency { get; } = new();

    /// <summary>Milliseconds, as the service says.</summary>
    public Samples Decode { get; } = new();

    /// <inheritdoc cref="Decode"/>
    public Samples Queue { get; } = new();

    /// <inheritdoc cref="Decode"/>
    public Samples Inference { get; } = new();

    /// <summary>Pictures that were answered with success, of the whole time.</summary>
    public double PicturesPerSecond => Elapsed > TimeSpan.Zero ? Answered / Elapsed.TotalSeconds : 0;

    /// <summary>How often each kind of error was met.</summary>
    public SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    public void Add(LoadBody body, LoadOutcome outcome, TimeSpan latency)
    {
        lock (_lock)
        {
            SentBytes += body.Bytes.Length;
            ReceivedBytes += outcome.AnswerBytes;
            if (outcome.Error is { } error)
            {
                _failed++;
                Errors[error] = Errors.GetValueOrDefault(error) + 1;
                return;
            }

            _answered++;
            Latency.Add(latency.TotalMilliseconds);
            if (outcome.Timings is { } timings)
                Add(timings, latency.TotalMilliseconds);
        }
    }

    /// <summary>Adds all that another load has measured, which has ended.</summary>
    public void AddAll(LoadRecord other)
    {
        _answered += other._answered;
        _failed += other._failed;
        Elapsed += other.Elapsed;
        SentBytes += other.SentBytes;
        ReceivedBytes += other.ReceivedBytes;
        Latency.AddAll(other.Latency);
        AddedLatency.AddAll(other.AddedLatency);
        Decode.AddAll(other.Decode);
        Queue.AddAll(other.Queue);
        Inference.AddAll(other.Inference);
        foreach ((string kind, int count) in other.Errors)
            Errors[kind] = Errors.GetValueOrDefault(kind) + count;
    }

    private void Add(AnswerTimings timings, double latency)
    {
        Decode.Add(timings.Decode);
        Queue.Add(timings.Queue);
        Inference.Add(timings.Inference);
        AddedLatency.Add(Math.Max(0, latency - timings.Decode - timings.Inference));
    }
}
