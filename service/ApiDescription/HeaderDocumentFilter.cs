using Microsoft.OpenApi;
using SpikingDetector.Service.OpenInference;
using SpikingDetector.Service.Tracing;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace SpikingDetector.Service.ApiDescription;

/// <summary>Names the headers of every answer that a client may need.</summary>
internal sealed class HeaderDocumentFilter : IDocumentFilter
{
    private const string RetryAfter = "Retry-After";
    private const string WwwAuthenticate = "WWW-Authenticate";

    private static readonly Dictionary<string, string> Descriptions = new()
    {
        [Correlation.Header] = "The request's id in the service's log: its own X-Correlation-ID or X-Request-ID where it had one.",
        [Correlation.TraceResponse] = "The trace that the request is part of (W3C Trace Context).",
        [RetryAfter] = "Seconds after which to try again; left out where only the service's operator can help.",
        [WwwAuthenticate] = "How to send a key.",
        [InferenceBodyReader.JsonLengthHeader] = "Bytes of JSON in an application/octet-stream answer; the elements lie behind it.",
    };

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.Headers = Descriptions.ToDictionary(
            header => header.Key,
            IOpenApiHeader (header) => new OpenApiHeader
            {
                Description = header.Value,
                Schema = new OpenApiSchema { Type = header.Key == RetryAfter ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        foreach (OpenApiOperation operation in swaggerDoc.Paths.Values.SelectMany(path => path.Operations!.Values))
        {
            foreach ((string status, IOpenApiResponse response) in operation.Responses!)
                ((OpenApiResponse)response).Headers = Of(status, response).ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, swaggerDoc));
        }
    }

    private static IEnumerable<string> Of(string status, IOpenApiResponse response)
    {
        yield return Correlation.Header;
        yield return Correlation.TraceResponse;
        if (status is "429" or "503")
            yield return RetryAfter;
        if (status is "401")
            yield return WwwAuthenticate;
        if (status is "200" && response.Content!.ContainsKey("application/octet-stream"))
            yield return InferenceBodyReader.JsonLengthHeader;
    }
}
