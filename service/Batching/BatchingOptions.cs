using System.ComponentModel.DataAnnotations;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Batching;

/// <summary>How pictures of different requests share runs of a network: the configuration section <c>Batching</c>.</summary>
internal sealed class BatchingOptions
{
    public const string Section = "Batching";

    /// <summary>
    /// Most pictures of one run: 1…256, or 0 (default) for 1 on the CPU, where larger runs are not faster, and 8 on CUDA. A model
    /// exported with a fixed batch size never runs more than that.
    /// </summary>
    [Range(0, 256)]
    public int MaxSize { get; set; }

    /// <summary>
    /// Milliseconds that the first picture of a batch waits for more to come: 0…10,000, 0 unless set. With 0 a batch is what has
    /// gathered while the device was busy.
    /// </summary>
    [Range(0, 10_000)]
    public double MaxDelayMilliseconds { get; set; }

    /// <summary>
    /// Pictures that a model takes at once, from the end of their upload to their answer: 1…65,536, 64 unless set. Any more are
    /// answered 503 at once.
    /// </summary>
    [Range(1, 65_536)]
    public int QueueCapacity { get; set; } = 64;

    /// <summary>
    /// Runs at the same time on one device, of one model or several: 1…64, or 0 (default) for 1 on CUDA and 2 on the CPU, so that
    /// one run's last steps do not leave processors idle.
    /// </summary>
    [Range(0, 64)]
    public int ConcurrentRuns { get; set; }

    /// <summary><see cref="MaxDelayMilliseconds"/> as a time.</summary>
    public TimeSpan MaxDelay => TimeSpan.FromMilliseconds(MaxDelayMilliseconds);

    /// <summary>Most pictures of one run of a model.</summary>
    public int SizeFor(ModelSession session)
    {
        int size = MaxSize > 0 ? MaxSize : session.Device == ExecutionDevice.Cuda ? 8 : 1;
        return Math.Min(size, session.FixedBatch ?? int.MaxValue);
    }

    /// <summary>Runs at the same time on a device.</summary>
    public int RunsOn(ExecutionDevice device) => ConcurrentRuns > 0 ? ConcurrentRuns : device == ExecutionDevice.Cuda ? 1 : 2;
}
