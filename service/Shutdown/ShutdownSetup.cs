using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Shutdown;

internal static class ShutdownSetup
{
    public static WebApplicationBuilder AddShutdown(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ShutdownOptions>(ShutdownOptions.Section);
        builder.Services.AddSingleton<ShutdownState>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        return builder;
    }

    /// <summary>
    /// While the service is ending, each answer closes its connection, so that clients open the next one elsewhere and none is about
    /// to send a request when the server closes the connections that are left.
    /// </summary>
    public static WebApplication UseShutdown(this WebApplication app)
    {
        ShutdownState state = app.Services.GetRequiredService<ShutdownState>();
        app.Use((context, next) =>
        {
            if (state.IsEnding && HttpProtocol.IsHttp11(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
            return next(context);
        });
        return app;
    }
}
