using SpikingDetector.Service.Events;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Images;

namespace SpikingDetector.Service.Work;

internal static class WorkSetup
{
    public static WebApplicationBuilder AddPictureWork(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ImageOptions>(ImageOptions.Section);
        builder.AddValidatedOptions<EventOptions>(EventOptions.Section);
        builder.AddValidatedOptions<WorkOptions>(WorkOptions.Section);
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<PlacesInFlight>();
        builder.Services.AddSingleton<UploadReader>();
        builder.Services.AddSingleton<InputDecoder>();
        builder.Services.AddSingleton<PictureWorker>();
        builder.Services.AddSingleton<RequestWorker>();
        builder.Services.AddHostedService<GlibcHeapTrimming>();
        return builder;
    }
}
