namespace SpikingDetector.Service.Models;

/// <summary>A model that stays open until this is disposed of, even where another version takes its place meanwhile.</summary>
internal sealed class ModelLease(ServedModel model) : IDisposable
{
    private int _disposed;

    public ServedModel Model => model;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            model.Release();
    }
}
