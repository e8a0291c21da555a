using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Models;

internal static class ModelSetup
{
    public static WebApplicationBuilder AddModels(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddHostedService<ModelLoader>();
        return builder;
    }
}
