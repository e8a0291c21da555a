namespace SpikingDetector.Service.Hosting;

/// <summary>Gives back the holes in native memory now and then; a look at a few megabytes.</summary>
internal sealed class GlibcHeapTrimming(TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => GlibcHeap.Trim(), null, Every, Every);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();
}
