using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Inference;

/// <summary>How a model is run. The defaults suit a program that runs one picture after the other.</summary>
public sealed record ModelSessionOptions
{
    /// <summary>Where to run; <see cref="ExecutionDevice.Auto"/> unless given.</summary>
    public ExecutionDevice Device { get; init; } = ExecutionDevice.Auto;

    /// <summary>
    /// Threads that share the work of one run on the CPU: 1…256, or 0 (default) for one a physical core. On CUDA one
    /// is enough and this number is not used.
    /// </summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; init; }

    /// <summary>
    /// Whether these threads wait for more work by spinning (default). That is the fastest for one run after the
    /// other; sleeping leaves the processors to other work in between.
    /// </summary>
    public bool SpinWhileWaiting { get; init; } = true;

    /// <summary>
    /// Whether the CPU's memory for a run is kept for the next one (default). Without it each run takes its memory anew: slower,
    /// but between runs the process is as small as its weights.
    /// </summary>
    public bool KeepCpuMemory { get; init; } = true;

    /// <summary>Most memory that a model takes on a CUDA device, in MiB: 1…1,048,576, or 0 (default) for all that it has.</summary>
    [Range(0, 1 << 20)]
    public int CudaMemoryMiB { get; init; }

    /// <summary>Number of the CUDA device, 0 (default)…63.</summary>
    [Range(0, 63)]
    public int CudaDevice { get; init; }
}
