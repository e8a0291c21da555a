using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>What every operation really answers, against what the document says of it.</summary>
[Collection(nameof(DescribedServices))]
public sealed class DocumentAnswerTests(DescribedServices services)
{
    private const string JsonLength = "Inference-Header-Content-Length";

    /// <summary>An operation that is added to the service has to be added to <see cref="DescribedCalls"/>.</summary>
    public static TheoryData<string> Operations { get; } = new(DescribedCalls.All.Select(call => call.Operation).Distinct());

    [Fact]
    public void EveryOperation_IsCalled() => Assert.Equal(
        services.DocumentOf(ServiceKind.Open).Operations.Keys.Order(StringComparer.Ordinal),
        Operations.Select(operation => operation.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Answers_AreAsDescribed(string operation) => Assert.All(
        services.Answers.Where(answer => answer.Call.Operation == operation), AssertAsDescribed);

    /// <summary>All but 500, which the service never answers unless it is broken.</summary>
    [Theory]
    [InlineData(ServiceKind.Open)]
    [InlineData(ServiceKind.Guarded)]
    [InlineData(ServiceKind.Limited)]
    public void EveryDescribedAnswer_IsReallyGiven(ServiceKind kind)
    {
        var given = services.Answers.Select(answer => (answer.Call.Operation, answer.Status, answer.MediaType)).ToHashSet();
        (string, string, string)[] missing =
        [
            .. services.DocumentOf(kind).Answers
                .Where(answer => answer.Status != "500")
                .Select(answer => (answer.Operation, answer.Status, answer.MediaType))
                .Where(answer => !given.Contains(answer)),
        ];
        Assert.Empty(missing);
    }

    private void AssertAsDescribed(DescribedAnswer answer)
    {
        string what = answer.Call.ToString();
        Assert.True(answer.Call.Status.ToString(CultureInfo.InvariantCulture) == answer.Status, $"{what}, was answered {answer.Status}: {answer.Text}");
        DocumentSchemas document = services.DocumentOf(answer.Call.Service);
        JsonNode? response = document.Operations[answer.Call.Operation]["responses"]![answer.Status];
        Assert.True(response is not null, $"{what}: the document does not have the status.");
        JsonNode? content = response["content"]![answer.MediaType];
        Assert.True(content is not null, $"{what}: the document does not have the type {answer.MediaType}.");
        AssertHeaders(answer, response["headers"]!.AsObject(), document);
        AssertBody(answer, content, document);
    }

    private static void AssertBody(DescribedAnswer answer, JsonNode content, DocumentSchemas document)
    {
        string what = answer.Call.ToString();
        JsonNode schema = content["schema"]!;
        switch (answer.MediaType)
        {
            case "application/json":
                document.AssertValid(schema, answer.Text, what);
                break;
            case "application/problem+json":
                document.AssertValid(schema, answer.Text, what);
                string?[] types = [.. content["examples"]!.AsObject().Select(example => (string?)example.Value!["value"]!["type"])];
                Assert.Contains((string?)JsonNode.Parse(answer.Text)!["type"], types);
                break;
            case "application/x-ndjson":
                string[] lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.NotEmpty(lines);
                Assert.All(lines, line => document.AssertValid(schema, line, what));
                break;
            case "application/octet-stream":
                JsonNode json = document.Operations[answer.Call.Operation]["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
                int length = int.Parse(answer.Response.Headers.GetValues(JsonLength).Single(), CultureInfo.InvariantCulture);
                document.AssertValid(json, Encoding.UTF8.GetString(answer.Body[..length]), what);
                break;
            default:
                Assert.Equal("string", (string?)schema["type"]);
                Assert.NotEmpty(answer.Body);
                Assert.Equal(answer.MediaType.StartsWith("image/", StringComparison.Ordinal), (string?)schema["format"] == "binary");
                break;
        }
    }

    private static void AssertHeaders(DescribedAnswer answer, JsonObject headers, DocumentSchemas document)
    {
        foreach ((string name, JsonNode? header) in headers)
        {
            Assert.NotEmpty((string?)document.Resolve(header!)["description"] ?? "");
            bool isConditional = name == JsonLength ? answer.MediaType != "application/octet-stream" : name == "Retry-After" && answer.Status == "503";
            Assert.True(isConditional || answer.Response.Headers.Contains(name), $"{answer.Call}: the header {name} is missing.");
        }

        foreach (string name in (string[])["X-Correlation-ID", "traceresponse", "Retry-After", "WWW-Authenticate", JsonLength])
            Assert.True(!answer.Response.Headers.Contains(name) || headers.ContainsKey(name), $"{answer.Call}: the document does not have the header {name}.");
    }
}
