using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog.Core;

namespace SpikingDetector.Service.Tracing;

internal static class TracingSetup
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    /// <summary>Every line of the log has its request's id.</summary>
    public static WebApplicationBuilder AddCorrelation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ILogEventEnricher, CorrelationEnricher>();
        return builder;
    }

    /// <summary>
    /// Traces and metrics go by OTLP to where OpenTelemetry's own settings say, if they say so; without them nothing is collected
    /// for it.
    /// </summary>
    public static WebApplicationBuilder AddOpenTelemetryExport(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint]))
            return builder;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(builder.Configuration[ServiceName]))
                    resource.AddService("spiking-detector", serviceVersion: typeof(TracingSetup).Assembly.GetName().Version?.ToString(3));
            })
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddSource(ServiceTracing.SourceName)
                .AddOtlpExporter());
        return builder;
    }
}
