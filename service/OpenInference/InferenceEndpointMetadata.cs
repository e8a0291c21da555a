namespace SpikingDetector.Service.OpenInference;

/// <summary>Marks the endpoints that take an inference request, for their description.</summary>
internal sealed record InferenceEndpointMetadata;
