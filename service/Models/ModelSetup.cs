using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Models;

internal static class ModelSetup
{
    public static WebApplicationBuilder AddModels(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        builder.AddValidatedOptions<BatchingOptions>(BatchingOptions.Section);
        builder.Services.AddSingleton<Devices>();
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<ModelOpener>();
        builder.Services.AddSingleton<ModelLoader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelLoader>());
        return builder;
    }
}
