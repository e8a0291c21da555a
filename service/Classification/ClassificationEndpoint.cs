using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Requests;
using SpikingDetector.Service.Spikes;
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

    private static readonly SpikeActivity ExampleOfActivity = new(0.159f, 40.8f, [new LayerActivity("sn1", 0.122f), new LayerActivity("layer1.0.sn1", 0.204f)]);

    private static readonly ClassificationsAnswer ExampleOfSeveral = new(
        Example.Model,
        [
            new ClassifiedPicture(0, "cat.png", null, Example.Image, Example.Predictions, Example.TimingsMs, null, null),
            new ClassifiedPicture(1, "notes.txt", null, null, null, null, null, ProblemWriter.Describe(new ProblemException(
                ProblemType.UnsupportedFormat, "The picture is not of a format that is read: expected JPEG, PNG, WebP or BMP."))),
        ]);

    public static WebApplication MapClassification(this WebApplication app)
    {
        app.MapPost("/classify", ClassifyAsync)
            .WithName("Classify")
            .WithTags("Classification")
            .WithSummary("Tell what a picture or an event recording shows")
            .WithDescription(
                $"Answers the most probable classes, {DefaultTopK} unless top_k says otherwise. /models tells by input.kind whether a "
                + "model takes pictures, or recordings of an event camera and frames of event counts; image in the answer is then "
                + "the camera's size. A form may hold several of them, and application/x-ndjson is answered, as for /detect.")
            .TakesPicture(new PictureEndpointMetadata(
                [.. PictureQuery.Parameters, TopK, ActivityQuery.Parameter],
                Example,
                Example with { Activity = ExampleOfActivity },
                ExampleOfSeveral,
                ExampleOfSeveral.Pictures[0] with { Model = Example.Model },
                [],
                TakesEvents: true))
            .WithProblems(ProblemType.EventsTooLarge, ProblemType.UnusableEvents);
        return app;
    }

    private static async Task<IResult> ClassifyAsync(HttpRequest request, ModelCatalog models, RequestWorker worker)
    {
        string answerType = AnswerType.Choose(request, AnswerType.Json, AnswerType.NdJson);
        request.HttpContext.Response.Headers.Vary = "Accept";
        var query = new QueryReader(request.Query);
        using ModelLease lease = PictureQuery.Find(models, ModelTask.Classification, query);
        ServedModel model = lease.Model;
        TimeSpan? within = PictureQuery.Within(query);
        int classes = model.Spec.ClassCount;
        int topK = query.Whole(TopK.Name, 1, classes) ?? Math.Min(DefaultTopK, classes);
        var job = new PictureJob<IReadOnlyList<Prediction>>(
            model,
            (outputs, row, _) => model.Session.ReadPredictions(outputs, row, topK),
            WithActivity: ActivityQuery.IsAsked(query, model, answerType));
        if (answerType == AnswerType.NdJson)
        {
            await NdJsonAnswer.WriteAsync(
                request, worker, job, within, outcome => ClassifiedPicture.Of(outcome, model, alone: true), ServiceJson.Default.ClassifiedPicture);
            return TypedResults.Empty;
        }

        IReadOnlyList<FileOutcome<IReadOnlyList<Prediction>>> outcomes = await worker.DoAsync(request, job, within);
        if (outcomes.Count > 1)
        {
            return TypedResults.Ok(new ClassificationsAnswer(
                ModelReference.To(model), [.. outcomes.Select(outcome => ClassifiedPicture.Of(outcome, model, alone: false))]));
        }

        PictureResult<IReadOnlyList<Prediction>> result = outcomes[0].Result!;
        return TypedResults.Ok(new ClassificationAnswer(
            ModelReference.To(model), new PictureSize(result.Width, result.Height), result.Found, result.Timings, result.Activity));
    }
}
