namespace SpikingDetector.Service.OpenInference;

/// <summary>The answer of <c>GET /v2/health/ready</c>, with the field that servers give and the one that the specification names.</summary>
/// <param name="Live">That the server answers.</param>
/// <param name="Ready">That every model is ready.</param>
internal sealed record ServerReady(bool Live, bool Ready);
