using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Classification;
using SpikingDetector.Service.Detection;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Work;

return await ServiceRun.ToExitCodeAsync(() =>
{
    WebApplicationBuilder builder = ServiceBuilder.Create(args)
        .AddDefaultAddress()
        .AddRequestLog()
        .AddJson()
        .AddProblems()
        .AddModels()
        .AddPictureWork()
        .AddApiDescription();

    WebApplication app = builder.Build();
    app.UseRequestLog()
        .UseProblems()
        .UseTryPage()
        .UseApiDescription()
        .MapDetection()
        .MapClassification()
        .MapModels()
        .MapHealth();
    return app.RunAsync();
});
