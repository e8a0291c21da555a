using Grpc.AspNetCore.Server;
using Grpc.Core;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Grpc;

/// <summary>
/// Calls with tensors hold a place among the uploads. It is taken before their message is read, which an interceptor would be too
/// late for.
/// </summary>
internal static class InferencePlaces
{
    private const string MethodName = nameof(OpenInferenceService.ModelInfer);

    public static WebApplication UseInferencePlaces(this WebApplication app)
    {
        PlacesInFlight places = app.Services.GetRequiredService<PlacesInFlight>();
        app.Use((context, next) =>
            context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.Name: MethodName }
                ? CallAsync(context, next, places)
                : next(context));
        return app;
    }

    private static async Task CallAsync(HttpContext context, RequestDelegate call, PlacesInFlight places)
    {
        Places.Place place;
        try
        {
            place = places.Take();
        }
        catch (ProblemException full)
        {
            Refuse(context.Response, GrpcStatus.Of(full));
            return;
        }

        using (place)
            await call(context);
    }

    /// <summary>An answer without a message: its status is among its headers.</summary>
    private static void Refuse(HttpResponse response, RpcException exception)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)exception.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(exception.Status.Detail);
        foreach (Metadata.Entry entry in exception.Trailers)
            response.Headers[entry.Key] = entry.Value;
    }
}
