using Microsoft.Extensions.Options;
using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.OpenInference;

internal static class OpenInferenceSetup
{
    public static WebApplicationBuilder AddOpenInference(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<OpenInferenceOptions>(OpenInferenceOptions.Section);
        // More than a queue has room for could never be run.
        builder.Services.AddOptions<OpenInferenceOptions>().PostConfigure<IOptions<BatchingOptions>>(
            (inference, batching) => inference.MaxRows = Math.Min(inference.MaxRows, batching.Value.QueueCapacity));
        builder.Services.AddSingleton<InferenceBodyReader>();
        builder.Services.AddSingleton<InferenceRunner>();
        builder.Services.AddSingleton<Inference>();
        return builder;
    }
}
