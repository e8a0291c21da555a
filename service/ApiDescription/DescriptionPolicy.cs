namespace SpikingDetector.Service.ApiDescription;

/// <summary>
/// What browsers let the page of the API do: its own scripts and calls to this service. Swagger UI holds pictures as data: addresses,
/// shows pictures that are answered from blob: ones, and its script adds a style element.
/// </summary>
internal static class DescriptionPolicy
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static WebApplication UseDescriptionPolicy(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/swagger"))
                context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            return next(context);
        });
        return app;
    }
}
