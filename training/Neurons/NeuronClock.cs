using System.Diagnostics;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// Adds up the time that layers of neurons take, with the batch normalisation that is fused into them. A pass without
/// one measures nothing.
/// </summary>
/// <param name="synchronise">Waits until the device has done what it was told; for the processor nothing.</param>
internal sealed class NeuronClock(Action synchronise)
{
    private readonly Stopwatch _forward = new();
    private readonly Stopwatch _backward = new();

    public TimeSpan Forward => _forward.Elapsed;

    public TimeSpan Backward => _backward.Elapsed;

    public T TimeForward<T>(Func<T> work) => Time(_forward, work);

    public T TimeBackward<T>(Func<T> work) => Time(_backward, work);

    private T Time<T>(Stopwatch watch, Func<T> work)
    {
        synchronise();
        watch.Start();
        T result = work();
        synchronise();
        watch.Stop();
        return result;
    }
}
