using SpikingDetector.Service.Requests;

namespace SpikingDetector.Service.DeepStack;

/// <summary>What an endpoint that takes DeepStack's form has of its own, for its description.</summary>
/// <param name="Parameters">Its query parameters.</param>
internal sealed record DeepStackEndpointMetadata(IReadOnlyList<QueryParameter> Parameters);
