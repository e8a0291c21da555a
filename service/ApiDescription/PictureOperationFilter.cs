using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Requests;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>
/// Describes what the endpoints that take a picture read by themselves: the three forms of the body and the query, with
/// an example that works as it stands.
/// </summary>
internal sealed class PictureOperationFilter : IOperationFilter
{
    private static readonly string[] PictureTypes = ["image/jpeg", "image/png", "image/webp", "image/bmp"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        PictureEndpointMetadata? endpoint = context.ApiDescription.ActionDescriptor.EndpointMetadata
            .OfType<PictureEndpointMetadata>().FirstOrDefault();
        if (endpoint is null)
            return;

        operation.Parameters = [.. endpoint.Parameters.Select(Describe)];
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = $"One picture ({PictureFormats.Names})"
                + (endpoint.TakesEvents ? $", or for an event network one recording or its frames ({EventFormats.Names})" : "")
                + ", in any of these forms.",
            Content = RequestForms(endpoint.TakesEvents),
        };
        DescribeAnswer(operation, endpoint, context);
    }

    public static IOpenApiParameter Describe(QueryParameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = new OpenApiSchema
        {
            Type = parameter.Kind switch
            {
                QueryParameterKind.Number => JsonSchemaType.Number,
                QueryParameterKind.WholeNumber => JsonSchemaType.Integer,
                QueryParameterKind.Flag => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Minimum = parameter.Minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = parameter.Maximum?.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static Dictionary<string, IOpenApiMediaType> RequestForms(bool takesEvents)
    {
        var forms = new Dictionary<string, IOpenApiMediaType>
        {
            ["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = Object("image", Binary("The picture's file; the field may be called file as well.")),
            },
            ["application/json"] = new OpenApiMediaType
            {
                Schema = Object("image", Base64("The picture's file in base64.")),
                Example = new JsonObject { ["image"] = Convert.ToBase64String(ExamplePicture()) },
            },
        };
        foreach (string type in PictureTypes)
            forms[type] = new OpenApiMediaType { Schema = Binary("The picture's file as the body.") };
        if (!takesEvents)
            return forms;

        AddEvents(forms["multipart/form-data"], Binary("The file of event data, in place of image."));
        AddEvents(forms["application/json"], Base64("The file of event data in base64, in place of image."));
        forms["application/octet-stream"] = new OpenApiMediaType { Schema = Binary("The file of event data as the body.") };
        return forms;
    }

    /// <summary>One of the two is required then, not the picture.</summary>
    private static void AddEvents(IOpenApiMediaType form, IOpenApiSchema value)
    {
        var schema = (OpenApiSchema)form.Schema!;
        schema.Properties!["events"] = value;
        schema.Required = null;
    }

    private static void DescribeAnswer(OpenApiOperation operation, PictureEndpointMetadata endpoint, OperationFilterContext context)
    {
        IOpenApiSchema Schema(object example) => context.SchemaGenerator.GenerateSchema(example.GetType(), context.SchemaRepository);
        var content = new Dictionary<string, IOpenApiMediaType>
        {
            [AnswerType.Json] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { OneOf = [Schema(endpoint.One), Schema(endpoint.Several)] },
                Examples = new Dictionary<string, IOpenApiExample>
                {
                    ["one"] = new OpenApiExample { Summary = "One picture", Value = Json(endpoint.One) },
                    ["activity"] = new OpenApiExample { Summary = "One picture, with activity=true", Value = Json(endpoint.OneWithActivity) },
                    ["several"] = new OpenApiExample { Summary = "Several pictures in a form", Value = Json(endpoint.Several) },
                },
            },
            [AnswerType.NdJson] = new OpenApiMediaType { Schema = Schema(endpoint.Line), Example = Json(endpoint.Line) },
        };
        foreach (string type in endpoint.PictureAnswers)
            content[type] = new OpenApiMediaType { Schema = Binary("The picture with what was found drawn on it.") };
        operation.Responses!["200"] = new OpenApiResponse { Description = "What was found.", Content = content };
    }

    private static JsonNode? Json(object example) => JsonSerializer.SerializeToNode(example, example.GetType(), ServiceJson.Default);

    private static OpenApiSchema Object(string field, IOpenApiSchema value) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { field },
        Properties = new Dictionary<string, IOpenApiSchema> { [field] = value },
    };

    private static OpenApiSchema Base64(string description) => new()
    {
        Type = JsonSchemaType.String,
        Format = "byte",
        Description = description,
    };

    private static OpenApiSchema Binary(string description) => new()
    {
        Type = JsonSchemaType.String,
        Format = "binary",
        Description = description,
    };

    /// <summary>A grey picture, small enough to stand in the description.</summary>
    private static byte[] ExamplePicture()
    {
        var picture = new Picture(16, 16);
        picture.Pixels.Fill(128);
        return PictureEncoder.EncodePng(picture);
    }
}
