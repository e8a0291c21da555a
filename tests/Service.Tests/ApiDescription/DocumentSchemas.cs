using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>The document of a service, and its schemas as JSON Schema, which an independent validator applies.</summary>
internal sealed class DocumentSchemas(JsonNode document)
{
    private const string Prefix = "#/components/schemas/";

    private readonly JsonObject _definitions = (JsonObject)ToJsonSchema(document["components"]!["schemas"]!)!;

    public JsonNode Document => document;

    /// <summary>All operations by their id.</summary>
    public IReadOnlyDictionary<string, JsonNode> Operations { get; } = document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .ToDictionary(operation => (string)operation.Value!["operationId"]!, operation => operation.Value!);

    /// <summary>Every status of every operation, and every type of content of each.</summary>
    public IEnumerable<(string Operation, string Status, string MediaType, JsonNode Content)> Answers =>
        from operation in Operations
        from response in operation.Value["responses"]!.AsObject()
        from content in response.Value!["content"]!.AsObject()
        select (operation.Key, response.Key, content.Key, content.Value!);

    /// <summary>What the document calls by a reference, or the node itself.</summary>
    public JsonNode Resolve(JsonNode node) => (string?)node["$ref"] is { } reference
        ? reference.Split('/').Skip(1).Aggregate(document, (parent, name) => parent[name]!)
        : node;

    public void AssertValid(JsonNode schema, string json, string what)
    {
        var root = (JsonObject)ToJsonSchema(schema)!;
        root["$defs"] = _definitions.DeepClone();
        using var instance = JsonDocument.Parse(json);
        EvaluationResults results = JsonSchema.FromText(root.ToJsonString())
            .Evaluate(instance.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, $"{what}: {Errors(results)}\n{json}");
    }

    /// <summary>OpenAPI 3.0 differs from JSON Schema by <c>nullable</c>, and keeps definitions elsewhere.</summary>
    private static JsonNode? ToJsonSchema(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                return new JsonArray([.. items.Select(ToJsonSchema)]);
            case JsonObject fields:
                var schema = new JsonObject(fields.Where(field => field.Key is not ("nullable" or "example"))
                    .Select(field => KeyValuePair.Create(field.Key, ToJsonSchema(field.Value))));
                if (fields["nullable"] is JsonValue nullable && (bool)nullable)
                    schema["type"] = new JsonArray((string)fields["type"]!, "null");
                return schema;
            case JsonValue value when value.TryGetValue(out string? text) && text.StartsWith(Prefix, StringComparison.Ordinal):
                return $"#/$defs/{text[Prefix.Length..]}";
            default:
                return node?.DeepClone();
        }
    }

    private static string Errors(EvaluationResults results) => string.Join("; ", (results.Details ?? [])
        .Where(detail => detail.Errors is not null)
        .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
}
