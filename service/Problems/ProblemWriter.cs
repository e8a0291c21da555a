using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Serilog;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Security;
using SpikingDetector.Service.Tracing;

namespace SpikingDetector.Service.Problems;

/// <summary>
/// Writes problem details whatever the client accepts: a client that asked for a picture still has to be told why
/// there is none.
/// </summary>
internal sealed class ProblemWriter(IDiagnosticContext requestLog, ServiceMetrics metrics)
{
    public const string ContentType = "application/problem+json";

    public Task WriteAsync(HttpContext context, ProblemType type, string detail, TimeSpan? retryAfter = null)
    {
        requestLog.Set("Problem", type.Name);
        metrics.Rejected(type.Name);
        HttpResponse response = context.Response;
        response.StatusCode = type.Status;
        if (retryAfter is { } delay)
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (type == ProblemType.Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = ApiKeyHandler.Realm; // RFC 9110, 15.5.2: never without.
        ProblemDetails problem = Describe(type, detail);
        problem.AddCorrelation(context);
        ProblemForms.AddTo(problem, context.Request.Path);
        return response.WriteAsJsonAsync(problem, ServiceJson.Default.ProblemDetails, ContentType, context.RequestAborted);
    }

    /// <summary>A problem as it stands within an answer to several pictures.</summary>
    public static ProblemDetails Describe(ProblemException problem) => Describe(problem.Type, problem.Message);

    private static ProblemDetails Describe(ProblemType type, string detail) =>
        new() { Type = type.Uri, Title = type.Title, Status = type.Status, Detail = detail };

    /// <summary>Gives a body to the bare status codes of routing.</summary>
    public Task WriteBareStatusAsync(HttpContext context)
    {
        int status = context.Response.StatusCode;
        string detail = status switch
        {
            404 => "This service has no such address; /swagger lists those that it has.",
            405 => $"{context.Request.Method} is not allowed here; use {context.Response.Headers.Allow}.",
            _ => $"The request was refused: {ReasonPhrases.GetReasonPhrase(status)}.",
        };
        return WriteAsync(context, ProblemType.OfStatus(status), detail);
    }
}
