using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Detection;

/// <summary>The answer of <c>/detect</c> to several pictures in one request.</summary>
/// <param name="Model">The model that looked at them.</param>
/// <param name="Pictures">What became of each, in the order of the request.</param>
internal sealed record DetectionsAnswer(ModelReference Model, IReadOnlyList<DetectedPicture> Pictures);
