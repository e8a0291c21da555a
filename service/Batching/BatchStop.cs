namespace SpikingDetector.Service.Batching;

/// <summary>Stops a run when nobody waits for any of its answers any more.</summary>
internal sealed class BatchStop : IDisposable
{
    private readonly CancellationTokenSource _all = new();
    private readonly CancellationTokenRegistration[] _registrations;
    private int _waited;

    public BatchStop(IReadOnlyList<QueuedRun> batch)
    {
        _waited = batch.Count;
        _registrations = [.. batch.Select(run => run.Stop.UnsafeRegister(static stop => ((BatchStop)stop!).OneLess(), this))];
    }

    public CancellationToken Token => _all.Token;

    public void Dispose()
    {
        foreach (CancellationTokenRegistration registration in _registrations)
            registration.Dispose();
        _all.Dispose();
    }

    private void OneLess()
    {
        if (Interlocked.Decrement(ref _waited) == 0)
            _all.Cancel();
    }
}
