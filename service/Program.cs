using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Classification;
using SpikingDetector.Service.Commands;
using SpikingDetector.Service.DeepStack;
using SpikingDetector.Service.Detection;
using SpikingDetector.Service.Edge;
using SpikingDetector.Service.Grpc;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.OpenInference;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.RateLimiting;
using SpikingDetector.Service.Security;
using SpikingDetector.Service.Shutdown;
using SpikingDetector.Service.Tracing;
using SpikingDetector.Service.Work;

GlibcHeap.Tune();
if (ServiceCommands.IsCommand(args))
    return await CommandLineApp.RunAsync(ServiceCommands.CreateRoot(Build), args);
return await ServiceRun.ToExitCodeAsync(() => Build(args).RunAsync());

static WebApplication Build(string[] args)
{
    WebApplicationBuilder builder = ServiceBuilder.Create(args)
        .AddDefaultAddress()
        .AddServerLimits()
        .AddShutdown()
        .AddRequestLog()
        .AddCorrelation()
        .AddServiceMetrics()
        .AddOpenTelemetryExport()
        .AddSecurity()
        .AddRateLimit()
        .AddJson()
        .AddProblems()
        .AddModels()
        .AddPictureWork()
        .AddOpenInference()
        .AddGrpcProtocol()
        .AddApiDescription();

    WebApplication app = builder.Build();
    app.UseTrustedProxies()
        .UseCorrelation()
        .UseShutdown()
        .UseRequestMetrics()
        .UseRequestLog()
        .UseSecurityHeaders()
        .UseProblems()
        .UseTryPage()
        .UseApiDescription()
        .UseCrossOrigin()
        .UseSecurity()
        .MapDetection()
        .MapClassification()
        .MapModels()
        .MapOpenInference()
        .MapDeepStack()
        .MapGrpcProtocol()
        .MapHealth()
        .MapMetrics();
    return app;
}
