using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Requests;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Classification;

/// <summary><c>POST /classify</c>: a picture or recording in, what it shows out.</summary>
internal static class ClassificationEndpoint
{
    private const int DefaultTopK = 5;

    private static readonly QueryParameter TopK = new(
        "top_k",
        QueryParameterKind.WholeNumber,
        "How many classes to answer, the most probable ones; at most the number of the model's labels.",
        Minimum: 1);

    private static readonly ClassificationAnswer Example = new(
        new ModelReference("cifar10-sg10", "1"),
        new PictureSize(32, 32),
        [new Prediction("cat", 3, 0.91f), new Prediction("dog", 5, 0.06f)],
        new PictureTimings(Decode: 0.2, Queue: 0, Inference: 3.1, Total: 3.5));

    public static WebApplication MapClassification(this WebApplication app)
    {
        app.MapPost("/classify", ClassifyAsync)
            .WithName("Classify")
            .WithTags("Classification")
            .WithSummary("Tell what a picture or an event recording shows")
            .WithDescription(
                $"Answers the most probable classes, {DefaultTopK} unless top_k says otherwise. /models tells by input.kind whether a "
                + "model takes pictures, or recordings of an event camera and frames of event counts; image in the answer is then "
                + "the camera's size.")
            .TakesPicture(new PictureEndpointMetadata([QueryParameter.Model, TopK], Example, [], TakesEvents: true))
            .WithProblems(ProblemType.EventsTooLarge, ProblemType.UnusableEvents);
        return app;
    }

    private static async Task<Ok<ClassificationAnswer>> ClassifyAsync(HttpRequest request, ModelCatalog models, PictureWorker worker)
    {
        AnswerType.Choose(request, AnswerType.Json);
        var query = new QueryReader(request.Query);
        ServedModel model = models.Find(ModelTask.Classification, query.Text(QueryParameter.Model.Name));
        int classes = model.Spec.ClassCount;
        int topK = query.Whole(TopK.Name, 1, classes) ?? Math.Min(DefaultTopK, classes);

        PictureResult<Prediction> result = await worker.DoAsync(
            request, new PictureJob<Prediction>(model, (batch, stop) => model.Session.Classify(batch, topK, stop)[0]));
        return TypedResults.Ok(new ClassificationAnswer(
            ModelReference.To(model), new PictureSize(result.Width, result.Height), result.Found, result.Timings));
    }
}
