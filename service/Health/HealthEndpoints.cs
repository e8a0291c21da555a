using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Health;

/// <summary><c>GET /health/live</c> and <c>GET /health/ready</c>, for whatever starts and watches the service.</summary>
internal static class HealthEndpoints
{
    /// <summary>Path of the liveness.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Path of the readiness.</summary>
    public const string ReadyPath = "/health/ready";

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapGet(LivePath, Live)
            .WithName("Live")
            .WithTags("Health")
            .WithSummary("Whether the process answers at all")
            .WithExample(new HealthStatus("live"))
            .AllowAnonymous()
            .DisableRateLimiting();
        app.MapGet(ReadyPath, Ready)
            .WithName("Ready")
            .WithTags("Health")
            .WithSummary("Whether every model has answered its warm-up")
            .WithExample(new HealthStatus("ready"))
            .AllowAnonymous()
            .DisableRateLimiting()
            .WithProblems(ProblemType.NotReady);
        return app;
    }

    private static Ok<HealthStatus> Live() => TypedResults.Ok(new HealthStatus("live"));

    private static Ok<HealthStatus> Ready(Readiness readiness) => readiness.NotReadyReason is { } reason
        ? throw new ProblemException(ProblemType.NotReady, reason, TimeSpan.FromSeconds(1))
        : TypedResults.Ok(new HealthStatus("ready"));
}
