using System.ComponentModel.DataAnnotations;
using SpikingDetector.Inference;

namespace SpikingDetector.Service.Models;

/// <summary>Which models are served, and how they run: the configuration section <c>Models</c>.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Models";

    /// <summary>
    /// The folder of the models, <c>models</c> unless set; relative to the program's own folder, where the build puts
    /// the models of the repository.
    /// </summary>
    [Required]
    public string Folder { get; set; } = "models";

    /// <summary>Name of the model that /detect uses where the request names none; needed only where there are several detectors.</summary>
    public string? DefaultDetector { get; set; }

    /// <summary>The same for /classify.</summary>
    public string? DefaultClassifier { get; set; }

    /// <summary>How many versions of a model are served, the highest ones: 1 (default)…16. Requests can name one of them.</summary>
    [Range(1, 16)]
    public int KeepVersions { get; set; } = 1;

    /// <summary>
    /// Seconds after which the folder is looked at for new versions: 1…3600, 5 unless set; 0 looks only when
    /// <c>POST /models/reload</c> asks for it.
    /// </summary>
    [Range(0, 3600)]
    public int PollSeconds { get; set; } = 5;

    /// <summary>Where models run: <c>auto</c> (default), <c>cpu</c> or <c>cuda</c>.</summary>
    [EnumDataType(typeof(ExecutionDevice))]
    public ExecutionDevice Device { get; set; } = ExecutionDevice.Auto;

    /// <summary>Number of the CUDA device: 0 (default)…63.</summary>
    [Range(0, 63)]
    public int CudaDevice { get; set; }

    /// <summary>Threads that share the work of one run on the CPU: 1…256, or 0 (default) for one a physical core.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; }

    /// <summary>Whether these threads wait for work by spinning: faster, but it takes processor time; false unless set.</summary>
    public bool SpinWhileWaiting { get; set; }

    /// <summary>
    /// Whether the CPU's memory for a run is kept for the next one: true unless set. Without it runs are slower, but between them
    /// the service is smaller.
    /// </summary>
    public bool KeepCpuMemory { get; set; } = true;

    /// <summary>Most memory that each model takes on a CUDA device, in MiB: 1…1,048,576, or 0 (default) for all that it has.</summary>
    [Range(0, 1 << 20)]
    public int CudaMemoryMiB { get; set; }

    /// <summary>The same for the inference library.</summary>
    public ModelSessionOptions SessionOptions => new()
    {
        Device = Device,
        CudaDevice = CudaDevice,
        IntraOpThreads = IntraOpThreads,
        SpinWhileWaiting = SpinWhileWaiting,
        KeepCpuMemory = KeepCpuMemory,
        CudaMemoryMiB = CudaMemoryMiB,
    };
}
