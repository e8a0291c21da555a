using System.Diagnostics.Metrics;
using System.Globalization;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Metrics;

/// <summary>Counts and times every request. Comes before whatever answers errors, so that it sees the final status.</summary>
internal sealed class RequestMetrics(RequestDelegate next, ServiceMeter meter, TimeProvider time)
{
    private const string OtherMethod = "other";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    private static readonly string[] Statuses =
        [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    private readonly Counter<long> _requests = meter.Counter(
        "spiking_detector.requests", "{request}", "Requests answered, by route, method and status.");

    private readonly Histogram<double> _durations = meter.Duration(
        "spiking_detector.request.duration", "Time from a request's headers to the end of its answer, by route and method.");

    private readonly UpDownCounter<long> _inFlight = meter.Meter.CreateUpDownCounter<long>(
        "spiking_detector.requests.in_flight", "{request}", "Requests that are being answered now.");

    public async Task InvokeAsync(HttpContext context)
    {
        long started = time.GetTimestamp();
        _inFlight.Add(1);
        try
        {
            await next(context);
        }
        finally
        {
            _inFlight.Add(-1);
            var route = new KeyValuePair<string, object?>("route", RequestRoute.Of(context));
            var method = new KeyValuePair<string, object?>("method", MethodOf(context.Request));
            _requests.Add(1, route, method, new("status", Statuses[context.Response.StatusCode % Statuses.Length]));
            _durations.Record(time.GetElapsedTime(started).TotalSeconds, route, method);
        }
    }

    /// <summary>A method is the client's text, and could be anything.</summary>
    private static string MethodOf(HttpRequest request)
    {
        foreach (string method in Methods)
        {
            if (HttpMethods.Equals(request.Method, method))
                return method;
        }

        return OtherMethod;
    }
}
