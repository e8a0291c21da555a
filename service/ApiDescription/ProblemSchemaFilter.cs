using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Describes a problem within an answer to several pictures by what it really has.</summary>
internal sealed class ProblemSchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ProblemDetails) || schema is not OpenApiSchema problem)
            return;

        OpenApiSchema bare = ProblemDescription.Bare();
        problem.Description = bare.Description;
        problem.Properties = bare.Properties;
        problem.Required = bare.Required;
        problem.AdditionalProperties = null;
        problem.AdditionalPropertiesAllowed = false;
    }
}
