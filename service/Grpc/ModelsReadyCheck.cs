using Microsoft.Extensions.Diagnostics.HealthChecks;
using SpikingDetector.Service.Health;

namespace SpikingDetector.Service.Grpc;

/// <summary>What gRPC's own health service answers: the same as <c>/health/ready</c>.</summary>
internal sealed class ModelsReadyCheck(Readiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(readiness.NotReadyReason is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
