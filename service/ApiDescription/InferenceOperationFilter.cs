using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using SpikingDetector.Service.OpenInference;
using SpikingDetector.Service.Requests;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Describes the body and the answer of the Open Inference Protocol's <c>infer</c>, which are read and written by hand.</summary>
internal sealed class InferenceOperationFilter : IOperationFilter
{
    private const string Bytes = "application/octet-stream";

    private const string RequestExample = """
        {"id": "42", "inputs": [{"name": "image", "shape": [1, 2, 2, 3], "datatype": "UINT8", "data": [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]}],
         "outputs": [{"name": "scores"}]}
        """;

    private const string AnswerExample = """
        {"model_name": "bccd-sg10", "model_version": "1", "id": "42",
         "outputs": [{"name": "scores", "datatype": "FP32", "shape": [1, 3], "data": [0.97, 0.5, 0]}]}
        """;

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<InferenceEndpointMetadata>().Any())
            return;

        operation.Parameters =
        [
            .. operation.Parameters ?? [],
            new OpenApiParameter
            {
                Name = InferenceBodyReader.JsonLengthHeader,
                In = ParameterLocation.Header,
                Description = "Bytes of JSON in the body, where elements lie behind it.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            },
        ];
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "The request's JSON; with the binary tensor data extension the elements of an input with binary_data_size behind it.",
            Content = Forms(Named("InferenceRequest", Request(), context), JsonNode.Parse(RequestExample)!),
        };
        operation.Responses!["200"] = new OpenApiResponse
        {
            Description = "OK",
            Content = Forms(Named("InferenceAnswer", Answer(), context), JsonNode.Parse(AnswerExample)!),
        };
    }

    private static Dictionary<string, IOpenApiMediaType> Forms(IOpenApiSchema json, JsonNode example) => new()
    {
        [AnswerType.Json] = new OpenApiMediaType { Schema = json, Example = example },
        [Bytes] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = "binary",
                Description = $"The JSON and the elements behind it; {InferenceBodyReader.JsonLengthHeader} says how long the JSON is.",
            },
        },
    };

    private static OpenApiSchemaReference Named(string name, OpenApiSchema schema, OperationFilterContext context)
    {
        context.SchemaRepository.Schemas.TryAdd(name, schema);
        return new OpenApiSchemaReference(name, context.Document);
    }

    private static OpenApiSchema Request() => Object(
        ["inputs"],
        ("id", Text("Given back in the answer.")),
        ("parameters", Parameters("binary_data_output: whether all outputs are to be answered in bytes.")),
        ("inputs", List(Object(
            ["name", "shape", "datatype"],
            ("name", Text("image or events.")),
            ("shape", Shape()),
            ("datatype", Text("UINT8 or FP32.")),
            ("parameters", Parameters("binary_data_size: bytes of the input behind the JSON, in place of data.")),
            ("data", Numbers())))),
        ("outputs", List(Object(
            ["name"],
            ("name", Text("An output of the model.")),
            ("parameters", Parameters("binary_data: whether this output is to be answered in bytes."))))));

    private static OpenApiSchema Answer() => Closed(
        ["model_name", "model_version", "outputs"],
        ("model_name", Text("The model.")),
        ("model_version", Text("Its version.")),
        ("id", Text("The request's.")),
        ("outputs", List(Closed(
            ["name", "shape", "datatype"],
            ("name", Text("An output of the model.")),
            ("shape", Shape()),
            ("datatype", Text("FP32 or INT64.")),
            ("parameters", Closed(
                ["binary_data_size"],
                ("binary_data_size", new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int64",
                    Description = "Bytes of the output behind the JSON, in place of data.",
                }))),
            ("data", new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "Elements, row-major, in a flat list; null stands for numbers that JSON does not have.",
                Items = new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null },
            })))));

    /// <summary>An object without other fields than these.</summary>
    private static OpenApiSchema Closed(string[] required, params (string Name, OpenApiSchema Schema)[] fields)
    {
        OpenApiSchema schema = Object(required, fields);
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    private static OpenApiSchema Object(string[] required, params (string Name, OpenApiSchema Schema)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Required = required.ToHashSet(),
        Properties = fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => field.Schema),
    };

    private static OpenApiSchema List(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Shape() => new()
    {
        Type = JsonSchemaType.Array,
        Description = "Sides; the first is the number of pictures or recordings.",
        Items = new OpenApiSchema { Type = JsonSchemaType.Integer },
    };

    private static OpenApiSchema Numbers() => new()
    {
        Type = JsonSchemaType.Array,
        Description = "Elements, row-major, in a flat list or nested as the shape.",
        Items = new OpenApiSchema(),
    };

    private static OpenApiSchema Parameters(string description) => new() { Type = JsonSchemaType.Object, Description = description };
}
