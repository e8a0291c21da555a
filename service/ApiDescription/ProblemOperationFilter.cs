using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.RateLimiting;
using SpikingDetector.Service.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Names the errors of each endpoint, those that its configuration brings among them.</summary>
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
            .Append(ProblemType.InternalError);
        ProblemDescription.AddTo(operation, types, context.ApiDescription.RelativePath!, context.SchemaRepository, context.Document);
    }
}
