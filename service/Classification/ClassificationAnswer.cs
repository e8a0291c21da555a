using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Classification;

/// <summary>The answer of <c>/classify</c>.</summary>
/// <param name="Model">The model that says so.</param>
/// <param name="Image">The picture's size as a viewer shows it, after EXIF rotation; of event data that of the camera.</param>
/// <param name="Predictions">By descending probability.</param>
/// <param name="TimingsMs">Where the time went, in milliseconds.</param>
/// <param name="Activity">What the neurons did, where that was asked for.</param>
internal sealed record ClassificationAnswer(
    ModelReference Model,
    PictureSize Image,
    IReadOnlyList<Prediction> Predictions,
    PictureTimings TimingsMs,
    SpikeActivity? Activity = null);
