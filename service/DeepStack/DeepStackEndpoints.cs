using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Core.Specs;
using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Requests;
using SpikingDetector.Service.Security;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.DeepStack;

/// <summary>
/// The form of DeepStack and CodeProject.AI, which Frigate, Blue Iris and others speak: <c>POST /v1/vision/detection</c> and
/// <c>/v1/vision/custom/{model}</c>.
/// </summary>
internal static class DeepStackEndpoints
{
    private const string Tag = "DeepStack";

    private static readonly QueryParameter MaxDetections = new(
        "max_detections",
        QueryParameterKind.WholeNumber,
        "Most predictions to answer, the best ones; Frigate reads 20. At most the model's max_detections, which also is the default.",
        Minimum: 1);

    private static readonly DeepStackAnswer Example = new(
        true, [new DeepStackPrediction("RBC", 0.97f, 281, 154, 378, 255)], 1, 0.0435, 41, 43, 43);

    public static WebApplication MapDeepStack(this WebApplication app)
    {
        RouteGroupBuilder routes = app.MapGroup("/v1/vision").WithTags(Tag);
        Describe(routes.MapPost("/detection", DetectAsync), "DeepStackDetect", "Find objects in a picture with the default detector", PictureQuery.ModelParameters);
        Describe(routes.MapPost("/custom/{model}", DetectWithAsync), "DeepStackCustom", "Find objects in a picture with a detector of that name", []);
        foreach (string method in new[] { HttpMethods.Get, HttpMethods.Post })
        {
            routes.MapMethods("/custom/list", [method], List)
                .WithName($"DeepStackList{method}")
                .WithSummary("Names of the detectors")
                .WithExample(new DeepStackModels(true, ["bccd-sg10"]));
        }

        return app;
    }

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary, IReadOnlyList<QueryParameter> parameters) => endpoint
        .WithName(name)
        .WithSummary(summary)
        .WithDescription(
            "The form's fields are image, min_confidence and, where the service has keys, api_key. Boxes are corners in whole pixels of the "
            + "picture. An error has the text error and success false, besides being problem details.")
        .AllowAnonymous() // The form has the key.
        .WithMetadata(new DeepStackEndpointMetadata([.. parameters, PictureQuery.Deadline, MaxDetections]))
        .WithExample(Example)
        .WithPictureProblems()
        .WithProblems(ProblemType.Unauthorized);

    private static Task<Ok<DeepStackAnswer>> DetectAsync(HttpRequest request, ModelCatalog models, RequestWorker worker, ApiKeys keys) =>
        AnswerAsync(request, () => PictureQuery.Find(models, ModelTask.Detection, new QueryReader(request.Query)), worker, keys);

    private static Task<Ok<DeepStackAnswer>> DetectWithAsync(
        string model, HttpRequest request, ModelCatalog models, RequestWorker worker, ApiKeys keys) =>
        AnswerAsync(request, () => models.Find(ModelTask.Detection, model), worker, keys);

    private static async Task<Ok<DeepStackAnswer>> AnswerAsync(
        HttpRequest request, Func<ModelLease> find, RequestWorker worker, ApiKeys keys)
    {
        var fields = new DeepStackFields(keys, request.HttpContext.User);
        using ModelLease lease = Find(find, fields);
        ServedModel model = lease.Model;
        var query = new QueryReader(request.Query);
        int most = model.Spec.Detector!.MaxDetections;
        int maxDetections = query.Whole(MaxDetections.Name, 1, most) ?? most;
        var job = new PictureJob<IReadOnlyList<Core.Detection.Detection>>(
            model,
            (outputs, row, input) => model.Session.ReadDetections(outputs, row, input, 0, fields.MinConfidence, maxDetections));
        IReadOnlyList<FileOutcome<IReadOnlyList<Core.Detection.Detection>>> outcomes =
            await worker.DoAsync(request, job, PictureQuery.Within(query), fields);
        return outcomes.Count == 1
            ? TypedResults.Ok(Answer(outcomes[0].Result!, model.CategoryNames))
            : throw new ProblemException(ProblemType.MalformedRequest, $"The form has {outcomes.Count} pictures: send one, in the field image.");
    }

    /// <summary>Whoever has shown no key yet does not learn which models there are.</summary>
    private static ModelLease Find(Func<ModelLease> find, DeepStackFields fields)
    {
        try
        {
            return find();
        }
        catch (ProblemException) when (!fields.IsKnown)
        {
            throw DeepStackFields.Unknown;
        }
    }

    private static DeepStackAnswer Answer(PictureResult<IReadOnlyList<Core.Detection.Detection>> result, IReadOnlyList<string> categories)
    {
        PictureTimings timings = result.Timings;
        return new DeepStackAnswer(
            true,
            [.. result.Found.Select(detection => DeepStackPrediction.Of(detection, categories))],
            result.Found.Count,
            timings.Total / 1000,
            (int)Math.Round(timings.Inference),
            (int)Math.Round(timings.Decode + timings.Queue + timings.Inference),
            (int)Math.Round(timings.Total));
    }

    private static Ok<DeepStackModels> List(ModelCatalog models) => TypedResults.Ok(new DeepStackModels(
        true,
        [
            .. models.Entries.Select(entry => entry.Model).OfType<ServedModel>()
                .Where(model => model.Spec.Task == ModelTask.Detection)
                .Select(model => model.Name)
                .Distinct(),
        ]));
}
