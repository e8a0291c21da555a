using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using SpikingDetector.Service.Problems;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>The errors of an operation: a response for each status, an example for each type.</summary>
internal static class ProblemDescription
{
    private const string CorrelationId = "order-4711";
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// <summary>Adds the responses.</summary>
    /// <param name="operation">To this.</param>
    /// <param name="types">The types that it answers.</param>
    /// <param name="address">Its path, which decides what <see cref="ProblemForms"/> adds to them.</param>
    /// <param name="schemas">Gets the schema.</param>
    /// <param name="document">The document of all.</param>
    public static void AddTo(
        OpenApiOperation operation, IEnumerable<ProblemType> types, string address, SchemaRepository schemas, OpenApiDocument document)
    {
        (string name, OpenApiSchema schema) = SchemaFor(Extensions(address));
        schemas.Schemas.TryAdd(name, schema);
        operation.Responses ??= [];
        foreach (IGrouping<int, ProblemType> status in types.Distinct().GroupBy(type => type.Status).OrderBy(group => group.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join("; ", status.Select(type => type.Title)) + ".",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [ProblemWriter.ContentType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(name, document),
                        Examples = status.ToDictionary(type => type.Name, IOpenApiExample (type) => Example(type, address)),
                    },
                },
            };
        }
    }

    /// <summary>The members of a problem that every one has.</summary>
    public static OpenApiSchema Bare() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "An error (RFC 9457).",
        AdditionalPropertiesAllowed = false,
        Required = new HashSet<string> { "type", "title", "status", "detail" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = "uri",
                Description = "The kind of error, by which programs tell errors apart; it never changes.",
            },
            ["title"] = Text("The kind of error for people."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The HTTP status." },
            ["detail"] = Text("What was wrong, what was expected, what to do."),
        },
    };

    private static (string Name, OpenApiSchema Schema) SchemaFor(IDictionary<string, object?> extensions)
    {
        OpenApiSchema schema = Bare();
        schema.Properties!["correlation_id"] = Text("The request's id in the service's log.");
        schema.Properties["trace_id"] = Text("The trace that the request is part of; left out where it is part of none.");
        schema.Required!.Add("correlation_id");
        string name = "Problem";
        if (extensions.ContainsKey("error"))
        {
            schema.Properties["error"] = Text("The detail again, where the protocol's clients look for it.");
            schema.Required.Add("error");
            name = "OpenInferenceProblem";
        }

        if (extensions.ContainsKey("success"))
        {
            schema.Properties["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "False." };
            schema.Required.Add("success");
            name = "DeepStackProblem";
        }

        return (name, schema);
    }

    private static OpenApiExample Example(ProblemType type, string address)
    {
        ProblemDetails problem = ProblemWriter.Describe(new ProblemException(type, ProblemExamples.DetailOf(type)));
        problem.Extensions["correlation_id"] = CorrelationId;
        problem.Extensions["trace_id"] = TraceId;
        ProblemForms.AddTo(problem, $"/{address}");
        JsonNode? value = JsonSerializer.SerializeToNode(problem, ServiceJson.Default.ProblemDetails);
        return new OpenApiExample { Summary = type.Title, Value = value };
    }

    private static IDictionary<string, object?> Extensions(string address)
    {
        var problem = new ProblemDetails();
        ProblemForms.AddTo(problem, $"/{address}");
        return problem.Extensions;
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
