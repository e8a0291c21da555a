namespace SpikingDetector.Service.Hosting;

/// <summary>Gives back the holes in native memory now and then; a look at a few megabytes.</summary>
internal sealed class NativeMemoryTrimming(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            NativeMemory.Trim();
    }
}
