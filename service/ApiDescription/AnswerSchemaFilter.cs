using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>
/// Says of each field of an answer whether it is always there. None ever is null: <see cref="ServiceJson"/> leaves out what has no
/// value.
/// </summary>
internal sealed class AnswerSchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { Count: > 0 } properties } answer)
            return;

        var nullability = new NullabilityInfoContext();
        answer.Required = new HashSet<string>();
        foreach (PropertyInfo property in context.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (!properties.TryGetValue(name, out IOpenApiSchema? field))
                continue;
            if (nullability.Create(property).ReadState == NullabilityState.NotNull)
                answer.Required.Add(name);
            if (field is OpenApiSchema { Type: { } type } own)
                own.Type = type & ~JsonSchemaType.Null;
        }
    }
}
