using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Edge;

internal static class ServerSetup
{
    /// <summary>
    /// What the server refuses by itself, before there is a request: too many or too large headers (431), a request line that is
    /// too long (414), headers that come too slowly (408), and what is no HTTP (400). These answers have no body.
    /// </summary>
    public static WebApplicationBuilder AddServerLimits(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ServerOptions>(ServerOptions.Section);
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<ServerOptions>>((kestrel, server) => Limit(kestrel.Limits, server.Value));
        builder.Services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<ServerOptions>>((forwarded, server) => Trust(forwarded, server.Value));
        return builder;
    }

    /// <summary>The client's own address and scheme, where proxies that are trusted tell them; comes before all that asks for them.</summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        return app;
    }

    private static void Limit(KestrelServerLimits limits, ServerOptions server)
    {
        limits.MaxConcurrentConnections = server.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeaderCount = server.MaxHeaders;
        limits.MaxRequestHeadersTotalSize = server.MaxHeaderBytes;
        limits.MaxRequestLineSize = server.MaxRequestLineBytes;
        limits.MaxRequestBufferSize = Math.Max(limits.MaxRequestBufferSize ?? 0, Math.Max(server.MaxHeaderBytes, server.MaxRequestLineBytes));
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(server.HeadersTimeoutSeconds);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(server.KeepAliveTimeoutSeconds);
        limits.MinRequestBodyDataRate = server.MinBodyBytesPerSecond == 0
            ? null
            : new MinDataRate(server.MinBodyBytesPerSecond, TimeSpan.FromSeconds(server.MinBodyRateGraceSeconds));
    }

    private static void Trust(ForwardedHeadersOptions forwarded, ServerOptions server)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null; // Back to the first address that is nobody's who is trusted.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (System.Net.IPNetwork network in server.TrustedNetworks)
            forwarded.KnownIPNetworks.Add(network);
    }
}
