namespace SpikingDetector.Service.Hosting;

/// <summary>The page at <c>/</c> that tries the service in a browser: plain files of <c>wwwroot</c>.</summary>
internal static class TryPage
{
    // Everything from here, and pictures that the page itself made.
    private const string ContentPolicy = "default-src 'self'; img-src 'self' blob:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    public static WebApplication UseTryPage(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = context =>
            {
                context.Context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
                context.Context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Context.Response.Headers.CacheControl = "no-cache";
            },
        });
        return app;
    }
}
