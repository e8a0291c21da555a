using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace SpikingDetector.Service.Tracing;

/// <summary>
/// Gives every request an id that its client, the log and the problem details call it by, and tells the client the trace that it is
/// part of (W3C Trace Context).
/// </summary>
internal static class Correlation
{
    public const string Header = "X-Correlation-ID";

    /// <summary>The answer's header of Trace Context; traceparent is one of requests only.</summary>
    public const string TraceResponse = "traceresponse";

    private const string RequestHeader = "X-Request-ID";
    private const int Longest = 128;

    private static readonly object Key = new();

    /// <summary>Comes first, so that all lines of the log have the id.</summary>
    public static WebApplication UseCorrelation(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            string id = Accepted(context.Request.Headers) ?? ActivityOf(context)?.TraceId.ToHexString() ?? context.TraceIdentifier;
            context.Items[Key] = id;
            context.Response.OnStarting(
                static state =>
                {
                    var request = (HttpContext)state;
                    request.Response.Headers[Header] = IdOf(request);
                    if (ActivityOf(request) is { } activity)
                        request.Response.Headers[TraceResponse] = Describe(activity);
                    return Task.CompletedTask;
                },
                context);
            CorrelationEnricher.Begin(id);
            return next(context);
        });
        return app;
    }

    /// <summary>The request's id.</summary>
    public static string? IdOf(HttpContext context) => context.Items[Key] as string;

    /// <summary>The request's own activity, whatever is under way for it.</summary>
    public static Activity? ActivityOf(HttpContext context) => context.Features.Get<IHttpActivityFeature>()?.Activity;

    /// <summary>The client's own id, if it is one that can stand in a log.</summary>
    private static string? Accepted(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(Header, out StringValues values) && !headers.TryGetValue(RequestHeader, out values))
            return null;
        return values is [{ Length: > 0 and <= Longest } id] && IsPlain(id) ? id : null;
    }

    private static bool IsPlain(string id)
    {
        foreach (char character in id)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.' or ':'))
                return false;
        }

        return true;
    }

    private static string Describe(Activity activity) =>
        $"00-{activity.TraceId.ToHexString()}-{activity.SpanId.ToHexString()}-{(activity.Recorded ? "01" : "00")}";
}
