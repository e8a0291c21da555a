using SpikingDetector.Inference;

namespace SpikingDetector.Service.Batching;

/// <summary>
/// The threads that run networks on one device. Models take turns: one with a long queue does not keep the others waiting for
/// longer than one run each.
/// </summary>
internal sealed class DeviceWorkers : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<ModelQueue> _due = new();
    private readonly SemaphoreSlim _calls = new(0);
    private readonly Thread[] _threads;
    private bool _stopped;

    public DeviceWorkers(ExecutionDevice device, int count)
    {
        _threads = [.. Enumerable.Range(1, count).Select(number => new Thread(Work)
        {
            IsBackground = true,
            Name = $"{device} {number}",
        })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>A model has pictures to run; it calls again after each turn while there are more.</summary>
    public void Call(ModelQueue queue)
    {
        lock (_gate)
        {
            if (!_stopped)
            {
                _due.Enqueue(queue);
                _calls.Release();
                return;
            }
        }

        queue.FailAll(Stopped());
    }

    /// <summary>Lets the runs that are under way end, and gives up what waits.</summary>
    public void Dispose()
    {
        lock (_gate)
            _stopped = true;
        foreach (Thread _ in _threads)
            _calls.Release();
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (ModelQueue queue in _due)
            queue.FailAll(Stopped());
        _calls.Dispose();
    }

    private static OperationCanceledException Stopped() => new("The service has stopped.");

    private void Work()
    {
        while (true)
        {
            _calls.Wait();
            ModelQueue queue;
            lock (_gate)
            {
                if (_stopped)
                    return;
                queue = _due.Dequeue();
            }

            queue.RunNext();
        }
    }
}
