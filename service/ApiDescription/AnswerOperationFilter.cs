using System.Text.Json;
using Microsoft.OpenApi;
using SpikingDetector.Service.Requests;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Puts each endpoint's example beside the schema of its answer, and says what the parts of its address are.</summary>
internal sealed class AnswerOperationFilter : IOperationFilter
{
    private static readonly Dictionary<string, string> PathParameters = new()
    {
        ["name"] = "A model that /models lists.",
        ["model"] = "A model that /models lists.",
        ["version"] = "A version of that model.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter is { In: ParameterLocation.Path, Name: { } name })
                parameter.Description = PathParameters[name];
        }

        AnswerExample? example = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<AnswerExample>().FirstOrDefault();
        if (example is null)
            return;
        IDictionary<string, IOpenApiMediaType> content = operation.Responses!["200"].Content!;
        ((OpenApiMediaType)content[AnswerType.Json]).Example =
            JsonSerializer.SerializeToNode(example.Value, example.Value.GetType(), ServiceJson.Default);
    }
}
