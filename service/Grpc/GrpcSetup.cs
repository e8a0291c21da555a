using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Images;

namespace SpikingDetector.Service.Grpc;

internal static class GrpcSetup
{
    public static WebApplicationBuilder AddGrpcProtocol(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<GrpcOptions>(GrpcOptions.Section);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<GrpcErrors>());
        builder.Services.AddOptions<GrpcServiceOptions>()
            .Configure<IOptions<ImageOptions>>((grpc, images) => grpc.MaxReceiveMessageSize = images.Value.MaxBodyBytes);
        builder.Services.AddGrpcHealthChecks().AddCheck<ModelsReadyCheck>("models");
        return builder;
    }

    /// <summary>The calls have no page in the API's description; their own is <c>proto/open_inference.proto</c>.</summary>
    public static WebApplication MapGrpcProtocol(this WebApplication app)
    {
        // A message has a limit of its own, which tells a client more than a broken connection.
        app.UseInferencePlaces().MapGrpcService<OpenInferenceService>().WithUnreadMessages().WithMetadata(new DisableRequestSizeLimitAttribute());
        app.MapGrpcHealthChecksService().WithUnreadMessages().AllowAnonymous().DisableRateLimiting();
        return app;
    }
}
