using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Core.Specs;
using SpikingDetector.Service.ApiDescription;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Security;

namespace SpikingDetector.Service.Models;

/// <summary><c>GET /models</c> and <c>GET /models/{name}</c>.</summary>
internal static class ModelEndpoints
{
    private static readonly ModelDescription Example = new()
    {
        Name = "bccd-sg10",
        Version = "1",
        Status = "ready",
        File = "bccd-sg10.onnx",
        Task = "detection",
        Default = true,
        Device = "cpu",
        SpecName = "bccd-sg10",
        Precision = "float32",
        CheckpointSha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        TimeSteps = 4,
        Input = new ModelInput("pictures", 640, 480, 3, null),
        ScoreThreshold = 0.05f,
        MaxDetections = 100,
        Categories = [new Category(1, "RBC")],
    };

    private static readonly ModelList ExampleOfAll = new(
        [
            Example,
            new ModelDescription
            {
                Name = "cut-short",
                Version = "1",
                Status = "refused",
                File = "cut-short.onnx",
                Reason = "The file ends within the graph: export it again.",
            },
        ],
        null);

    public static WebApplication MapModels(this WebApplication app)
    {
        app.MapGet("/models", List)
            .WithName("ListModels")
            .WithTags("Models")
            .WithSummary("All models, served or refused")
            .WithExample(ExampleOfAll);
        app.MapGet("/models/{name}", Get)
            .WithName("GetModel")
            .WithTags("Models")
            .WithSummary("One model: its classes, its input, where it runs")
            .WithExample(Example)
            .WithProblems(ProblemType.UnknownModel);
        app.MapPost("/models/reload", ReloadAsync)
            .WithName("ReloadModels")
            .WithTags("Models")
            .WithSummary("Read the folder of models again, and load what is new in it")
            .WithDescription("Answers when that is done. Needs an API key that may reload models.")
            .WithExample(ExampleOfAll)
            .WithProblems(ProblemType.NotReady)
            .RequiresReloadRight();
        return app;
    }

    private static Ok<ModelList> List(ModelCatalog catalog) => TypedResults.Ok(new ModelList(
        [.. catalog.Entries.Select(entry => ModelDescription.Of(entry, catalog))], catalog.NotReadyReason));

    private static Ok<ModelDescription> Get(string name, ModelCatalog catalog)
    {
        ModelEntry[] versions = [.. catalog.Entries.Where(candidate => candidate.File.Name == name)];
        ModelEntry entry = versions.FirstOrDefault(version => version.Model is not null) ?? versions.FirstOrDefault()
            ?? throw new ProblemException(ProblemType.UnknownModel, "There is no model of that name; /models lists those that there are.");
        return TypedResults.Ok(ModelDescription.Of(entry, catalog));
    }

    private static async Task<Ok<ModelList>> ReloadAsync(ModelLoader loader, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        await loader.ReloadAsync(cancellationToken);
        return List(catalog);
    }
}
