using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.RateLimiting;
using SpikingDetector.Service.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Names the errors of each endpoint: one example for each type of problem.</summary>
internal sealed class ProblemOperationFilter(ApiKeys keys, IOptions<RateLimitOptions> limit) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        IList<object> endpoint = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Security = SecurityDescription.RequirementsOf(endpoint, keys, context.Document);
        IEnumerable<ProblemType> types = endpoint
            .OfType<ProblemMetadata>()
            .SelectMany(metadata => metadata.Types)
            .Concat(SecurityDescription.ProblemsOf(endpoint, keys, limit.Value))
            .Append(ProblemType.InternalError)
            .Distinct();
        IOpenApiSchema schema = context.SchemaGenerator.GenerateSchema(
            typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), context.SchemaRepository);
        operation.Responses ??= [];
        foreach (IGrouping<int, ProblemType> status in types.GroupBy(type => type.Status).OrderBy(group => group.Key))
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = Describe([.. status], schema);
    }

    private static OpenApiResponse Describe(ProblemType[] types, IOpenApiSchema schema) => new()
    {
        Description = string.Join("; ", types.Select(type => type.Title)) + ".",
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [ProblemWriter.ContentType] = new OpenApiMediaType
            {
                Schema = schema,
                Examples = types.ToDictionary(type => type.Name, Example),
            },
        },
    };

    private static IOpenApiExample Example(ProblemType type) => new OpenApiExample
    {
        Summary = type.Title,
        Value = new JsonObject
        {
            ["type"] = type.Uri,
            ["title"] = type.Title,
            ["status"] = type.Status,
            ["detail"] = "One sentence: what was wrong, what was expected, what to do.",
            ["correlation_id"] = "order-4711",
            ["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        },
    };
}
