using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Describes <c>/metrics</c>, whose endpoint comes without a description.</summary>
internal sealed class MetricsDocumentFilter(ApiKeys keys, IOptions<SecurityOptions> security) : IDocumentFilter
{
    private const string PlainExample = """
        # TYPE spiking_detector_pictures_total counter
        spiking_detector_pictures_total{model="bccd-sg10",version="1"} 4711 1767225600000

        """;

    private const string OpenExample = """
        # TYPE spiking_detector_pictures counter
        spiking_detector_pictures_total{model="bccd-sg10",version="1"} 4711 1767225600.000
        # EOF

        """;

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        bool needsKey = keys.AreConfigured && !security.Value.OpenMetrics;
        ProblemType[] problems = needsKey ? [ProblemType.Unauthorized, ProblemType.InternalError] : [ProblemType.InternalError];
        var operation = new OpenApiOperation
        {
            OperationId = "Metrics",
            Summary = "The service's figures, in Prometheus' formats",
            Description = "In OpenMetrics' format for clients that accept application/openmetrics-text.",
            Tags = new HashSet<OpenApiTagReference> { new("Metrics", swaggerDoc) },
            Security = needsKey ? SecurityDescription.Either(swaggerDoc) : null,
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "OK",
                    Content = new Dictionary<string, IOpenApiMediaType>
                    {
                        ["text/plain"] = Text(PlainExample),
                        ["application/openmetrics-text"] = Text(OpenExample),
                    },
                },
            },
        };
        ProblemDescription.AddTo(operation, problems, "metrics", context.SchemaRepository, swaggerDoc);
        swaggerDoc.Tags ??= new HashSet<OpenApiTag>();
        if (swaggerDoc.Tags.All(tag => tag.Name != "Metrics"))
            swaggerDoc.Tags.Add(new OpenApiTag { Name = "Metrics" });
        swaggerDoc.Paths.Add(
            "/metrics",
            new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } });
    }

    private static OpenApiMediaType Text(string example) =>
        new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = example };
}
