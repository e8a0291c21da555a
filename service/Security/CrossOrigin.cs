using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Service.Tracing;

namespace SpikingDetector.Service.Security;

/// <summary>Which pages of other origins may call the service from a browser (CORS): none, or those of the configuration.</summary>
internal static class CrossOrigin
{
    public static WebApplicationBuilder AddCrossOrigin(this WebApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<SecurityOptions>>((cors, security) =>
            cors.AddDefaultPolicy(policy => policy
                .WithOrigins([.. security.Value.AllowedOrigins])
                .WithMethods(HttpMethods.Get, HttpMethods.Post)
                .AllowAnyHeader()
                .WithExposedHeaders(HeaderNames.RetryAfter, Correlation.Header, Correlation.TraceResponse)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        return builder;
    }

    /// <summary>Comes before keys are asked for: a browser asks whether it may call without one.</summary>
    public static WebApplication UseCrossOrigin(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowedOrigins.Count > 0)
            app.UseCors();
        return app;
    }
}
