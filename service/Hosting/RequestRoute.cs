using Microsoft.AspNetCore.Diagnostics;

namespace SpikingDetector.Service.Hosting;

/// <summary>What logs and metrics call the place that a request went to.</summary>
internal static class RequestRoute
{
    private const string None = "-";

    /// <summary>
    /// The pattern, not the address: an address is the client's text and could be anything. An error takes the endpoint off the
    /// request, but remembers it.
    /// </summary>
    public static string Of(HttpContext context)
    {
        Endpoint? endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? None;
    }
}
