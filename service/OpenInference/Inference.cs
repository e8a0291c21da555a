using SpikingDetector.Service.Models;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.OpenInference;

/// <summary><c>POST /v2/models/{model}/infer</c>: from the request's body to the answer's.</summary>
internal sealed class Inference(ModelCatalog catalog, PlacesInFlight places, InferenceBodyReader reader, InferenceRunner runner)
{
    /// <summary>Answers a request.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">Its version; null for the one that is served.</param>
    /// <param name="context">The request.</param>
    /// <exception cref="Problems.ProblemException">There is no such model, the request is malformed, or the service is full.</exception>
    public async Task AnswerAsync(string name, string? version, HttpContext context)
    {
        using ModelLease lease = catalog.Find(name, version);
        using Places.Place place = places.TakeFor(lease.Model);
        using InferenceRequest request = await reader.ReadAsync(context.Request, lease.Model, context.RequestAborted);
        InferenceResult result = await runner.RunAsync(lease.Model, request, context.RequestAborted);
        await InferenceAnswerWriter.WriteAsync(context.Response, result, context.RequestAborted);
    }
}
