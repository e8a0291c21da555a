namespace SpikingDetector.Service.Work;

/// <summary>A bounded number of places, each of which is held by one <see cref="Place"/>.</summary>
internal sealed class Places(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);

    /// <summary>A place, or null where none is free.</summary>
    public Place? TryTake() => _free.Wait(0) ? new Place(_free) : null;

    /// <summary>Waits for a place.</summary>
    public async Task<Place> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Place(_free);
    }

    public void Dispose() => _free.Dispose();

    /// <summary>One of the places; dispose of it to give it back.</summary>
    internal sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                free.Release();
        }
    }
}
