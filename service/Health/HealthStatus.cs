namespace SpikingDetector.Service.Health;

/// <summary>The answer of the health checks where all is well: live or ready.</summary>
internal sealed record HealthStatus(string Status);
