using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Classification;

/// <summary>The answer of <c>/classify</c> to several pictures or recordings in one request.</summary>
/// <param name="Model">The model that looked at them.</param>
/// <param name="Pictures">What became of each, in the order of the request.</param>
internal sealed record ClassificationsAnswer(ModelReference Model, IReadOnlyList<ClassifiedPicture> Pictures);
