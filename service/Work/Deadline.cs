using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Work;

/// <summary>The time within which a request has to be answered, and the wish of its client to leave.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan _time;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _either;

    /// <param name="within">From now on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">The client has left.</param>
    public Deadline(TimeSpan within, TimeProvider time, CancellationToken aborted)
    {
        _time = within;
        _aborted = aborted;
        _passed = new CancellationTokenSource(within, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _passed.Token);
    }

    /// <summary>Ends when the deadline has passed or the client has left.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the deadline, and not the client, ended the work.</summary>
    public bool HasPassed => _passed.IsCancellationRequested && !_aborted.IsCancellationRequested;

    /// <summary>What is said then.</summary>
    public ProblemException Problem => new(
        ProblemType.DeadlinePassed,
        FormattableString.Invariant($"There was no answer within {_time.TotalSeconds:0.###} s: try again later or send a smaller file."));

    public void Dispose()
    {
        _either.Dispose();
        _passed.Dispose();
    }
}
