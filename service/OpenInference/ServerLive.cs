namespace SpikingDetector.Service.OpenInference;

/// <summary>The answer of <c>GET /v2/health/live</c>.</summary>
/// <param name="Live">That the server answers.</param>
internal sealed record ServerLive(bool Live);
