using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>The document by itself: valid, complete, with examples that are what it says of them.</summary>
[Collection(nameof(DescribedServices))]
public sealed class DocumentTests(DescribedServices services)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    [Theory]
    [InlineData(ServiceKind.Open)]
    [InlineData(ServiceKind.Guarded)]
    [InlineData(ServiceKind.Limited)]
    public void Document_IsValid_WithoutAnyWarning(ServiceKind kind)
    {
        ReadResult result = OpenApiDocument.Parse(
            services.DocumentOf(kind).Document.ToJsonString(), "json", new OpenApiReaderSettings { RuleSet = ValidationRuleSet.GetDefaultRuleSet() });
        Assert.Empty(result.Diagnostic!.Errors);
        Assert.Empty(result.Diagnostic.Warnings);
        Assert.Equal(services.DocumentOf(kind).Operations.Count, result.Document!.Paths.Sum(path => path.Value.Operations!.Count));
    }

    [Fact]
    public void EveryOperation_SaysWhatItIs()
    {
        DocumentSchemas document = services.DocumentOf(ServiceKind.Open);
        Assert.All(document.Document["paths"]!.AsObject(), path => Assert.All(path.Value!.AsObject(), method => Assert.Contains(method.Key, Methods)));
        Assert.All(document.Operations.Values, operation =>
        {
            Assert.NotEmpty((string?)operation["summary"] ?? "");
            Assert.NotEmpty(operation["tags"]!.AsArray());
            Assert.All(operation["tags"]!.AsArray(), tag => Assert.Contains(document.Document["tags"]!.AsArray(), known => (string?)known!["name"] == (string?)tag));
            Assert.NotNull(operation["responses"]!["200"]);
            Assert.NotNull(operation["responses"]!["500"]);
            Assert.All(operation["responses"]!.AsObject(), response => Assert.NotEmpty((string?)response.Value!["description"] ?? ""));
            Assert.All(operation["parameters"]?.AsArray() ?? [], parameter =>
            {
                Assert.NotEmpty((string?)parameter!["description"] ?? "");
                Assert.NotNull(parameter["schema"]);
            });
        });
    }

    [Theory]
    [InlineData(ServiceKind.Open)]
    [InlineData(ServiceKind.Guarded)]
    [InlineData(ServiceKind.Limited)]
    public void EveryAnswer_HasASchema_AndExamplesOfIt(ServiceKind kind)
    {
        DocumentSchemas document = services.DocumentOf(kind);
        Assert.All(document.Answers, answer =>
        {
            string what = $"{answer.Operation} {answer.Status} {answer.MediaType}";
            Assert.NotNull(answer.Content["schema"]);
            JsonNode[] examples = Examples(answer.Content);
            if (answer.MediaType.Contains("json", StringComparison.Ordinal))
                Assert.NotEmpty(examples);
            Assert.All(examples, example => document.AssertValid(answer.Content["schema"]!, example.ToJsonString(), what));
            if (answer.MediaType == "application/problem+json")
                Assert.All(examples, example => Assert.Equal(answer.Status, $"{example["status"]}"));
        });
    }

    [Fact]
    public void EveryJsonRequest_HasAnExampleOfItsSchema()
    {
        DocumentSchemas document = services.DocumentOf(ServiceKind.Open);
        (string Operation, JsonNode Content)[] requests =
        [
            .. from operation in document.Operations
               where operation.Value["requestBody"] is not null
               select (operation.Key, operation.Value["requestBody"]!["content"]!["application/json"]!) into request
               where request.Item2 is not null
               select request,
        ];
        Assert.Equal(["Classify", "Detect", "ModelInfer", "ModelInferVersion"], requests.Select(request => request.Operation).Order(StringComparer.Ordinal));
        Assert.All(requests, request =>
        {
            JsonNode[] examples = Examples(request.Content);
            Assert.NotEmpty(examples);
            Assert.All(examples, example => document.AssertValid(request.Content["schema"]!, example.ToJsonString(), request.Operation));
        });
    }

    /// <summary>A client that reads an answer by its schema finds every field there, and none that it does not know.</summary>
    [Fact]
    public void AnswersOfObjects_AreClosed()
    {
        DocumentSchemas document = services.DocumentOf(ServiceKind.Open);
        Assert.All(document.Document["components"]!["schemas"]!.AsObject().Where(schema => schema.Key != "InferenceRequest"), schema =>
        {
            Assert.Equal("object", (string?)schema.Value!["type"]);
            Assert.False((bool)schema.Value["additionalProperties"]!, schema.Key);
        });
    }

    private static JsonNode[] Examples(JsonNode content) =>
    [
        .. content["example"] is { } example ? [example] : Array.Empty<JsonNode>(),
        .. content["examples"]?.AsObject().Select(named => named.Value!["value"]!) ?? [],
    ];
}
