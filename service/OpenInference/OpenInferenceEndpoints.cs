using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.OpenInference;

/// <summary>The Open Inference Protocol, version 2, over REST: tensors in, tensors out.</summary>
internal static class OpenInferenceEndpoints
{
    private const string Tag = "Open Inference Protocol";

    private static readonly ProblemType[] ModelProblems = [ProblemType.UnknownModel, ProblemType.NotReady];

    private static readonly ProblemType[] InferenceProblems =
    [
        .. ModelProblems,
        ProblemType.MalformedRequest,
        ProblemType.UploadTimeout,
        ProblemType.BodyTooLarge,
        ProblemType.TooManyRows,
        ProblemType.UnsupportedBody,
        ProblemType.Full,
        ProblemType.DeadlinePassed,
    ];

    private static readonly ModelMetadata Example = new(
        "bccd-sg10",
        ["1"],
        ModelMetadata.OnnxRuntime,
        [new TensorMetadata("image", "UINT8", [-1, 480, 640, 3])],
        [
            new TensorMetadata("boxes", "FP32", [-1, 100, 4]),
            new TensorMetadata("scores", "FP32", [-1, 100]),
            new TensorMetadata("labels", "INT64", [-1, 100]),
        ]);

    public static WebApplication MapOpenInference(this WebApplication app)
    {
        RouteGroupBuilder routes = app.MapGroup("/v2").WithTags(Tag);
        routes.MapGet("", () => TypedResults.Ok(ServerMetadata.Current))
            .WithName("ServerMetadata")
            .WithSummary("The server and the extensions of the protocol that it has")
            .WithExample(ServerMetadata.Current);
        routes.MapGet("/health/live", () => TypedResults.Ok(new ServerLive(true)))
            .WithName("ServerLive")
            .WithSummary("Whether the process answers at all")
            .WithExample(new ServerLive(true))
            .AllowAnonymous()
            .DisableRateLimiting();
        routes.MapGet("/health/ready", Ready)
            .WithName("ServerReady")
            .WithSummary("Whether every model has answered its warm-up")
            .WithExample(new ServerReady(true, true))
            .AllowAnonymous()
            .DisableRateLimiting()
            .WithProblems(ProblemType.NotReady);
        MapModel(
            routes.MapGroup("/models/{model}"),
            "",
            (string model, ModelCatalog catalog) => Metadata(model, null, catalog),
            (string model, ModelCatalog catalog) => IsReady(model, null, catalog),
            (string model, HttpContext context, Inference inference) => inference.AnswerAsync(model, null, context));
        MapModel(
            routes.MapGroup("/models/{model}/versions/{version}"),
            "Version",
            (string model, string version, ModelCatalog catalog) => Metadata(model, version, catalog),
            (string model, string version, ModelCatalog catalog) => IsReady(model, version, catalog),
            (string model, string version, HttpContext context, Inference inference) => inference.AnswerAsync(model, version, context));
        return app;
    }

    private static void MapModel(RouteGroupBuilder model, string nameEnd, Delegate metadata, Delegate isReady, Delegate infer)
    {
        model.MapGet("", metadata)
            .WithName($"ModelMetadata{nameEnd}")
            .WithSummary("A model's tensors")
            .WithExample(Example)
            .WithProblems(ModelProblems);
        model.MapGet("/ready", isReady)
            .WithName($"ModelReady{nameEnd}")
            .WithSummary("Whether a model answers requests")
            .WithExample(new ModelReady("bccd-sg10", true))
            .WithProblems(ModelProblems);
        model.MapPost("/infer", infer)
            .WithName($"ModelInfer{nameEnd}")
            .WithSummary("Run a model on tensors")
            .WithDescription(
                "The input is what the network sees, not a picture's file: image, UINT8 [N, height, width, 3], RGB, already of the "
                + "network's size, or events, FP32 [N, T, 2, height, width]. Boxes are x1, y1, x2, y2 in pixels of the input; unused "
                + "rows of a detector's outputs have score 0 and label -1. With the binary tensor data extension elements lie "
                + $"behind the JSON, whose length then is in the header {InferenceBodyReader.JsonLengthHeader}.")
            .WithMetadata(new InferenceEndpointMetadata())
            .WithProblems(InferenceProblems);
    }

    private static Ok<ServerReady> Ready(Readiness readiness) => readiness.NotReadyReason is { } reason
        ? throw new ProblemException(ProblemType.NotReady, reason, TimeSpan.FromSeconds(1))
        : TypedResults.Ok(new ServerReady(true, true));

    private static Ok<ModelMetadata> Metadata(string name, string? version, ModelCatalog catalog)
    {
        using ModelLease lease = catalog.Find(name, version);
        return TypedResults.Ok(ModelMetadata.Of(lease.Model, catalog));
    }

    private static Ok<ModelReady> IsReady(string name, string? version, ModelCatalog catalog)
    {
        using ModelLease lease = catalog.Find(name, version);
        return TypedResults.Ok(new ModelReady(lease.Model.Name, true));
    }
}
