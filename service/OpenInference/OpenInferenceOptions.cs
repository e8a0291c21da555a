using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.OpenInference;

/// <summary>Limits of the Open Inference Protocol's requests: the configuration section <c>OpenInference</c>.</summary>
internal sealed class OpenInferenceOptions
{
    public const string Section = "OpenInference";

    /// <summary>
    /// Most rows, pictures or recordings, of a request's tensor: 1…256, 16 unless set; more are 413. Each row has its
    /// turn like a picture of its own, so a request never has more than <c>Batching:QueueCapacity</c>.
    /// </summary>
    [Range(1, 256)]
    public int MaxRows { get; set; } = 16;
}
