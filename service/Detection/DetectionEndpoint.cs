using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Requests;
using SpikingDetector.Service.Spikes;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.Detection;

/// <summary><c>POST /detect</c>: a picture in, boxes out.</summary>
internal static class DetectionEndpoint
{
    private static readonly QueryParameter ScoreThreshold = new(
        "score_threshold",
        QueryParameterKind.Number,
        "Lowest score to answer; without it all that the model finds, which never is below the model's own score_threshold.",
        Minimum: 0,
        Maximum: 1);

    private static readonly QueryParameter MaxDetections = new(
        "max_detections",
        QueryParameterKind.WholeNumber,
        "Most detections to answer, the best ones; at most the model's max_detections, which also is the default.",
        Minimum: 1);

    private static readonly DetectionAnswer Example = new(
        new ModelReference("bccd-sg10", "1"),
        new PictureSize(640, 480),
        [new DetectedObject([281.5f, 154, 96.25f, 101], 1, "RBC", 0.97f)],
        new PictureTimings(Decode: 1.9, Queue: 0, Inference: 41, Total: 43.5));

    private static readonly SpikeActivity ExampleOfActivity = new(0.183f, 1531f, [new LayerActivity("backbone.body.sn1", 0.051f), new LayerActivity("backbone.body.layer1.0.sn1", 0.214f)]);

    private static readonly DetectionsAnswer ExampleOfSeveral = new(
        Example.Model,
        [
            new DetectedPicture(0, "BloodImage_00014.jpg", null, Example.Image, Example.Detections, Example.TimingsMs, null, null),
            new DetectedPicture(1, "notes.txt", null, null, null, null, null, ProblemWriter.Describe(new ProblemException(
                ProblemType.UnsupportedFormat, "The picture is not of a format that is read: expected JPEG, PNG, WebP or BMP."))),
        ]);

    public static WebApplication MapDetection(this WebApplication app)
    {
        app.MapPost("/detect", DetectAsync)
            .WithName("Detect")
            .WithTags("Detection")
            .WithSummary("Find objects in a picture")
            .WithDescription(
                "Boxes are COCO's: x, y of the top-left corner, width and height, in pixels of the picture as a viewer shows "
                + "it. With Accept: image/png or image/jpeg the answer is the picture with the boxes drawn. A form may hold several "
                + "pictures; the answer then lists what became of each. With Accept: application/x-ndjson each is answered in a line "
                + "of its own as soon as it is done, while the form is still coming in, so that a form can hold a whole folder.")
            .TakesPicture(new PictureEndpointMetadata(
                [.. PictureQuery.Parameters, ScoreThreshold, MaxDetections, ActivityQuery.Parameter],
                Example,
                Example with { Activity = ExampleOfActivity },
                ExampleOfSeveral,
                ExampleOfSeveral.Pictures[0] with { Model = Example.Model },
                [AnswerType.Png, AnswerType.Jpeg]));
        return app;
    }

    private static async Task<IResult> DetectAsync(HttpRequest request, ModelCatalog models, RequestWorker worker)
    {
        string answerType = AnswerType.Choose(request, AnswerType.Json, AnswerType.Png, AnswerType.Jpeg, AnswerType.NdJson);
        request.HttpContext.Response.Headers.Vary = "Accept";
        var query = new QueryReader(request.Query);
        using ModelLease lease = PictureQuery.Find(models, ModelTask.Detection, query);
        ServedModel model = lease.Model;
        TimeSpan? within = PictureQuery.Within(query);
        var job = JobOf(model, query, answerType);
        if (answerType == AnswerType.NdJson)
        {
            await NdJsonAnswer.WriteAsync(
                request, worker, job, within, outcome => DetectedPicture.Of(outcome, model, alone: true), ServiceJson.Default.DetectedPicture);
            return TypedResults.Empty;
        }

        IReadOnlyList<FileOutcome<IReadOnlyList<Core.Detection.Detection>>> outcomes = await worker.DoAsync(request, job, within);
        if (outcomes.Count > 1)
        {
            return TypedResults.Ok(new DetectionsAnswer(
                ModelReference.To(model), [.. outcomes.Select(outcome => DetectedPicture.Of(outcome, model, alone: false))]));
        }

        PictureResult<IReadOnlyList<Core.Detection.Detection>> result = outcomes[0].Result!;
        return result.Drawing is { } drawing
            ? new PictureAnswer(drawing, answerType)
            : TypedResults.Ok(new DetectionAnswer(
                ModelReference.To(model),
                new PictureSize(result.Width, result.Height),
                DetectedObject.All(result.Found, model.Spec.Categories),
                result.Timings,
                result.Activity));
    }

    private static PictureJob<IReadOnlyList<Core.Detection.Detection>> JobOf(ServedModel model, QueryReader query, string answerType)
    {
        int most = model.Spec.Detector!.MaxDetections;
        float scoreThreshold = query.Number(ScoreThreshold.Name, 0, 1) ?? 0;
        int maxDetections = query.Whole(MaxDetections.Name, 1, most) ?? most;
        return new PictureJob<IReadOnlyList<Core.Detection.Detection>>(
            model,
            (outputs, row, input) => model.Session.ReadDetections(outputs, row, input, 0, scoreThreshold, maxDetections),
            answerType is AnswerType.Png or AnswerType.Jpeg
                ? (picture, found) => DetectionDrawing.Draw(picture, found, model.CategoryNames, answerType)
                : null,
            ActivityQuery.IsAsked(query, model, answerType));
    }
}
