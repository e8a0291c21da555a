namespace SpikingDetector.Service.Hosting;

internal static class JsonSetup
{
    /// <summary>Answers are written as <see cref="ServiceJson"/> says.</summary>
    public static WebApplicationBuilder AddJson(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = ServiceJson.Default.Options.PropertyNamingPolicy;
            options.SerializerOptions.DefaultIgnoreCondition = ServiceJson.Default.Options.DefaultIgnoreCondition;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default);
        });
        return builder;
    }
}
