using Microsoft.Extensions.Options;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Batching;

/// <summary>The workers of each device that a model runs on.</summary>
internal sealed class Devices(IOptions<BatchingOptions> options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ExecutionDevice, DeviceWorkers> _workers = [];

    public DeviceWorkers WorkersOf(ExecutionDevice device)
    {
        lock (_gate)
        {
            if (!_workers.TryGetValue(device, out DeviceWorkers? workers))
                _workers[device] = workers = new DeviceWorkers(device, options.Value.RunsOn(device));
            return workers;
        }
    }

    public void Dispose()
    {
        foreach (DeviceWorkers workers in _workers.Values)
            workers.Dispose();
    }
}
