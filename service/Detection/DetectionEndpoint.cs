using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Requests;
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

    public static WebApplication MapDetection(this WebApplication app)
    {
        app.MapPost("/detect", DetectAsync)
            .WithName("Detect")
            .WithTags("Detection")
            .WithSummary("Find objects in a picture")
            .WithDescription(
                "Boxes are COCO's: x, y of the top-left corner, width and height, in pixels of the picture as a viewer shows "
                + "it. With Accept: image/png or image/jpeg the answer is the picture with the boxes drawn.")
            .TakesPicture(new PictureEndpointMetadata(
                [QueryParameter.Model, ScoreThreshold, MaxDetections], Example, [AnswerType.Png, AnswerType.Jpeg]));
        return app;
    }

    private static async Task<Results<Ok<DetectionAnswer>, FileContentHttpResult>> DetectAsync(
        HttpRequest request, ModelCatalog models, PictureWorker worker)
    {
        string answerType = AnswerType.Choose(request, AnswerType.Json, AnswerType.Png, AnswerType.Jpeg);
        request.HttpContext.Response.Headers.Vary = "Accept";
        var query = new QueryReader(request.Query);
        ServedModel model = models.Find(ModelTask.Detection, query.Text(QueryParameter.Model.Name));
        int most = model.Spec.Detector!.MaxDetections;
        float scoreThreshold = query.Number(ScoreThreshold.Name, 0, 1) ?? 0;
        int maxDetections = query.Whole(MaxDetections.Name, 1, most) ?? most;

        PictureResult<Core.Detection.Detection> result = await worker.DoAsync(request, new PictureJob<Core.Detection.Detection>(
            model,
            (batch, stop) => model.Session.Detect(batch, scoreThreshold, maxDetections, stop)[0],
            answerType == AnswerType.Json ? null : (picture, found) => DetectionDrawing.Draw(picture, found, model.CategoryNames, answerType)));
        return result.Drawing is { } drawing
            ? TypedResults.File(drawing, answerType)
            : TypedResults.Ok(new DetectionAnswer(
                ModelReference.To(model),
                new PictureSize(result.Width, result.Height),
                [.. result.Found.Select(detection => DetectedObject.Of(detection, model.Spec.Categories))],
                result.Timings));
    }
}
