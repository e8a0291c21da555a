using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.Work;

/// <summary>How many pictures are taken, and for how long: the configuration section <c>Work</c>.</summary>
internal sealed class WorkOptions
{
    public const string Section = "Work";

    /// <summary>
    /// Most pictures in the service at once, from the first byte of their upload to the answer: 1…4096, 64 unless
    /// set. Any more are answered 503 at once. Together with the body limit it bounds the memory that uploads take.
    /// </summary>
    [Range(1, 4096)]
    public int MaxInFlight { get; set; } = 64;

    /// <summary>
    /// Pictures that are decoded, or encoded for an answer, at the same time: 1…256, or 0 (default) for one a processor. Together
    /// with the pixel limit it bounds the memory that pictures take.
    /// </summary>
    [Range(0, 256)]
    public int DecodeWorkers { get; set; }

    /// <summary>
    /// Seconds from the end of the upload to the answer: 0.01…3600, 30 unless set. Past them the work stops and the
    /// answer is 504. A request can ask for less.
    /// </summary>
    [Range(0.01, 3600)]
    public double DeadlineSeconds { get; set; } = 30;

    /// <summary>What <c>Retry-After</c> says when the service or the queue of a model is full, in seconds: 1…3600, 1 unless set.</summary>
    [Range(1, 3600)]
    public int RetryAfterSeconds { get; set; } = 1;

    /// <summary><see cref="DecodeWorkers"/>, or the number that stands for 0.</summary>
    public int Decoders => DecodeWorkers > 0 ? DecodeWorkers : Environment.ProcessorCount;
}
