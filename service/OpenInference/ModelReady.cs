namespace SpikingDetector.Service.OpenInference;

/// <summary>The answer of <c>GET /v2/models/{model}/ready</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Ready">That it answers requests.</param>
internal sealed record ModelReady(string Name, bool Ready);
