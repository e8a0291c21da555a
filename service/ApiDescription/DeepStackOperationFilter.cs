using Microsoft.OpenApi;
using SpikingDetector.Service.DeepStack;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Describes DeepStack's form and answer.</summary>
internal sealed class DeepStackOperationFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        DeepStackEndpointMetadata? endpoint = context.ApiDescription.ActionDescriptor.EndpointMetadata
            .OfType<DeepStackEndpointMetadata>().FirstOrDefault();
        if (endpoint is null)
            return;

        operation.Parameters = [.. operation.Parameters ?? [], .. endpoint.Parameters.Select(PictureOperationFilter.Describe)];
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                ["multipart/form-data"] = new OpenApiMediaType { Schema = Form() },
            },
        };
    }

    private static OpenApiSchema Form() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "image" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["image"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The picture's file." },
            ["min_confidence"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Minimum = "0",
                Maximum = "1",
                Description = "Lowest confidence to answer.",
                Default = DeepStackFields.DefaultMinConfidence,
            },
            ["api_key"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A key of this service, where it has keys." },
        },
    };
}
