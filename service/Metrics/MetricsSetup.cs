using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Security;

namespace SpikingDetector.Service.Metrics;

internal static class MetricsSetup
{
    /// <summary>Path of the figures.</summary>
    public const string Path = "/metrics";

    private static readonly string[] FrameworkMeters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>What the runtime and the server know best. The rest of theirs is told under process_* or names of ours.</summary>
    private static readonly HashSet<string> FrameworkInstruments =
    [
        "dotnet.exceptions",
        "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.gc.pause.time",
        "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count",
        "kestrel.active_connections",
        "kestrel.rejected_connections",
    ];

    /// <summary>The service's figures, to be read at <c>/metrics</c>.</summary>
    public static WebApplicationBuilder AddServiceMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceMeter>();
        builder.Services.AddSingleton<ServiceMetrics>();
        builder.Services.AddSingleton<IModelGauges, CatalogGauges>();
        builder.Services.AddSingleton<ModelInstruments>();
        builder.Services.AddSingleton<ProcessInstruments>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter([ServiceMeter.Name, .. FrameworkMeters])
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => IsTold(instrument, meters) ? null : MetricStreamConfiguration.Drop);
        });
        return builder;
    }

    /// <summary>Comes before whatever answers errors, so that requests are counted under their final status.</summary>
    public static WebApplication UseRequestMetrics(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<MeterProvider>(); // Listens from here on.
        ServiceMetrics metrics = app.Services.GetRequiredService<ServiceMetrics>();
        foreach (ProblemType type in (ProblemType[])[ProblemType.InternalError, ProblemType.Full, ProblemType.NotReady, ProblemType.DeadlinePassed])
            metrics.Expect(type.Name);
        _ = app.Services.GetRequiredService<ModelInstruments>();
        _ = app.Services.GetRequiredService<ProcessInstruments>();
        app.UseMiddleware<RequestMetrics>();
        return app;
    }

    /// <summary><c>GET /metrics</c>, in Prometheus' text format.</summary>
    public static WebApplication MapMetrics(this WebApplication app)
    {
        IEndpointConventionBuilder endpoint = app.MapPrometheusScrapingEndpoint(Path).DisableRateLimiting();
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.OpenMetrics)
            endpoint.AllowAnonymous();
        return app;
    }

    /// <summary>Another service in this process, such as tests have, has figures of its own.</summary>
    private static bool IsTold(Instrument instrument, IMeterFactory meters) =>
        (instrument.Meter.Scope is null || instrument.Meter.Scope == meters)
        && (instrument.Meter.Name == ServiceMeter.Name || FrameworkInstruments.Contains(instrument.Name));
}
