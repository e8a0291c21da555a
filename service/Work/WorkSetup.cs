using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Images;

namespace SpikingDetector.Service.Work;

internal static class WorkSetup
{
    public static WebApplicationBuilder AddPictureWork(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ImageOptions>(ImageOptions.Section);
        builder.AddValidatedOptions<WorkOptions>(WorkOptions.Section);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ImageOptions>>(
            (kestrel, images) => kestrel.Limits.MaxRequestBodySize = images.Value.MaxBodyBytes);
        builder.Services.AddSingleton<ImageBodyReader>();
        builder.Services.AddSingleton<PictureWorker>();
        return builder;
    }
}
