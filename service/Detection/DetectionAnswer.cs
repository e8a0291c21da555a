using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Detection;

/// <summary>The answer of <c>/detect</c>.</summary>
/// <param name="Model">The model that found them.</param>
/// <param name="Image">The picture's size as a viewer shows it, after EXIF rotation.</param>
/// <param name="Detections">By descending score.</param>
/// <param name="TimingsMs">Where the time went, in milliseconds.</param>
/// <param name="Activity">What the neurons did, where that was asked for.</param>
internal sealed record DetectionAnswer(
    ModelReference Model,
    PictureSize Image,
    IReadOnlyList<DetectedObject> Detections,
    PictureTimings TimingsMs,
    SpikeActivity? Activity = null);
