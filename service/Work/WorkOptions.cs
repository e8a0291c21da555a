using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.Work;

/// <summary>How much is done at once, and for how long: the configuration section <c>Work</c>.</summary>
internal sealed class WorkOptions
{
    public const string Section = "Work";

    /// <summary>
    /// Most pictures in the service at once, from the first byte of their upload to the answer: 1…4096, 64 unless
    /// set. Any more are answered 503 at once.
    /// </summary>
    [Range(1, 4096)]
    public int MaxInFlight { get; set; } = 64;

    /// <summary>
    /// Pictures that are decoded and run at the same time; the others wait: 1…256, or 0 (default) for one a processor,
    /// at most 4. Together with the pixel limit it bounds the memory that pictures take.
    /// </summary>
    [Range(0, 256)]
    public int MaxConcurrent { get; set; }

    /// <summary>
    /// Seconds from the end of the upload to the answer: 0.01…3600, 30 unless set. Past them the work stops and the
    /// answer is 504.
    /// </summary>
    [Range(0.01, 3600)]
    public double DeadlineSeconds { get; set; } = 30;

    /// <summary>What <c>Retry-After</c> says when the service is full, in seconds: 1…3600, 1 unless set.</summary>
    [Range(1, 3600)]
    public int RetryAfterSeconds { get; set; } = 1;

    /// <summary><see cref="MaxConcurrent"/>, or the number that stands for 0.</summary>
    public int Concurrency => MaxConcurrent > 0 ? MaxConcurrent : Math.Min(Environment.ProcessorCount, 4);
}
