namespace SpikingDetector.Service.Batching;

/// <summary>Room for some pictures in a model's queue, until this is disposed of.</summary>
internal sealed class QueuePlaces(SemaphoreSlim places, int count) : IDisposable
{
    private int _count = count;

    public void Dispose()
    {
        int taken = Interlocked.Exchange(ref _count, 0);
        if (taken > 0)
            places.Release(taken);
    }
}
