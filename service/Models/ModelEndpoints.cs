using Microsoft.AspNetCore.Http.HttpResults;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Security;

namespace SpikingDetector.Service.Models;

/// <summary><c>GET /models</c> and <c>GET /models/{name}</c>.</summary>
internal static class ModelEndpoints
{
    public static WebApplication MapModels(this WebApplication app)
    {
        app.MapGet("/models", List)
            .WithName("ListModels")
            .WithTags("Models")
            .WithSummary("All models, served or refused");
        app.MapGet("/models/{name}", Get)
            .WithName("GetModel")
            .WithTags("Models")
            .WithSummary("One model: its classes, its input, where it runs")
            .WithProblems(ProblemType.UnknownModel);
        app.MapPost("/models/reload", ReloadAsync)
            .WithName("ReloadModels")
            .WithTags("Models")
            .WithSummary("Read the folder of models again, and load what is new in it")
            .WithDescription("Answers when that is done. Needs an API key that may reload models.")
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
