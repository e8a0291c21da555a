using Microsoft.AspNetCore.Mvc;

namespace SpikingDetector.Service.Tracing;

internal static class CorrelatedProblem
{
    /// <summary>Adds what whoever runs the service needs to find the request: <c>correlation_id</c> and <c>trace_id</c>.</summary>
    public static void AddCorrelation(this ProblemDetails problem, HttpContext context)
    {
        if (Correlation.IdOf(context) is { } id)
            problem.Extensions["correlation_id"] = id;
        if (Correlation.ActivityOf(context) is { } activity)
            problem.Extensions["trace_id"] = activity.TraceId.ToHexString();
    }
}
