namespace SpikingDetector.Service.Benchmarks;

/// <summary>A server that reads a body and answers bytes that were there before: what any service on this framework costs at least.</summary>
internal static class FrameworkServer
{
    public static async Task<WebApplication> StartAsync(string path, byte[] answer, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(ServerAddress.AnyLocal);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        WebApplication app = builder.Build();
        app.MapPost(path, async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        });
        await app.StartAsync(cancellation);
        return app;
    }
}
