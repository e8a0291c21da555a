namespace SpikingDetector.Inference;

/// <summary>Where a network runs.</summary>
public enum ExecutionDevice
{
    /// <summary>The first CUDA device where one works, else the CPU, with a warning that says why.</summary>
    Auto,

    Cpu,

    /// <summary>CUDA or nothing: a session is refused where no CUDA device works.</summary>
    Cuda,
}
