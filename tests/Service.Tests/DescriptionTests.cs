using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SpikingDetector.Service.Tests;

/// <summary>The description of the API, and the pages.</summary>
public sealed partial class DescriptionTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Description_HasEveryAddress()
    {
        JsonNode description = await DescriptionAsync();
        Assert.Equal(
            [
                "/classify",
                "/detect",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/models",
                "/models/reload",
                "/models/{name}",
                "/v1/vision/custom/list",
                "/v1/vision/custom/{model}",
                "/v1/vision/detection",
                "/v2",
                "/v2/health/live",
                "/v2/health/ready",
                "/v2/models/{model}",
                "/v2/models/{model}/infer",
                "/v2/models/{model}/ready",
                "/v2/models/{model}/versions/{version}",
                "/v2/models/{model}/versions/{version}/infer",
                "/v2/models/{model}/versions/{version}/ready",
            ],
            description["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/detect", "model,version,deadline_ms,score_threshold,max_detections,activity")]
    [InlineData("/classify", "model,version,deadline_ms,top_k,activity")]
    public async Task PictureEndpoint_DescribesFormsParametersAndErrors(string path, string parameters)
    {
        JsonNode operation = (await DescriptionAsync())["paths"]![path]!["post"]!;
        JsonObject forms = operation["requestBody"]!["content"]!.AsObject();
        JsonObject responses = operation["responses"]!.AsObject();

        Assert.Equal(parameters.Split(','), operation["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]));
        Assert.Equal("binary", (string?)forms["multipart/form-data"]!["schema"]!["properties"]!["image"]!["format"]);
        Assert.Equal("binary", (string?)forms["image/jpeg"]!["schema"]!["format"]);
        Assert.Equal(
            ["200", "400", "404", "406", "408", "413", "415", "422", "500", "503", "504"],
            responses.Select(response => response.Key).Order(StringComparer.Ordinal));
        Assert.All(responses.Where(response => response.Key != "200"), response =>
            Assert.NotEmpty(response.Value!["content"]!["application/problem+json"]!["examples"]!.AsObject()));
        Assert.NotNull(responses["200"]!["content"]!["application/json"]!["examples"]!["one"]!["value"]!["timings_ms"]);
        Assert.NotNull(responses["200"]!["content"]!["application/json"]!["examples"]!["activity"]!["value"]!["activity"]!["energy_estimate_uj"]);
        Assert.Equal("boolean", (string?)operation["parameters"]!.AsArray().Single(parameter => (string?)parameter!["name"] == "activity")!["schema"]!["type"]);
    }

    [Fact]
    public async Task WorkedExample_Works()
    {
        JsonNode operation = (await DescriptionAsync())["paths"]!["/detect"]!["post"]!;
        JsonNode example = operation["requestBody"]!["content"]!["application/json"]!["example"]!;
        JsonNode described = operation["responses"]!["200"]!["content"]!["application/json"]!["examples"]!["one"]!["value"]!;
        JsonNode answer = await (await fixture.Client.PostAsync(
            "/detect", Requests.Raw(example.ToJsonString(), "application/json"))).JsonAsync();

        Assert.Equal(described.AsObject().Select(field => field.Key), answer.AsObject().Select(field => field.Key));
        Assert.Equal(
            described["detections"]![0]!.AsObject().Select(field => field.Key),
            answer["detections"]![0]!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task Answers_AreDescribedByTheirRealNames()
    {
        JsonNode schemas = (await DescriptionAsync())["components"]!["schemas"]!;
        Assert.NotNull(schemas["DetectedObject"]!["properties"]!["category_id"]!["description"]);
        Assert.NotNull(schemas["DetectionAnswer"]!["properties"]!["timings_ms"]);
        Assert.NotNull(schemas["Prediction"]!["properties"]!["probability"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/page.js")]
    [InlineData("/page.css")]
    [InlineData("/swagger")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/index.js")]
    public async Task Pages_AreServedAndLoadNothingFromElsewhere(string address)
    {
        HttpResponseMessage response = await fixture.Client.GetAsync(address);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {response.StatusCode}");
        string page = await response.Content.ReadAsStringAsync();
        Assert.NotEmpty(page);
        Assert.DoesNotMatch(ElsewherePattern(), page);
    }

    [Fact]
    public async Task TryPage_NamesFilesThatExist_AndForbidsAllElse()
    {
        HttpResponseMessage response = await fixture.Client.GetAsync("/");
        string page = await response.Content.ReadAsStringAsync();
        string[] files = [.. FilePattern().Matches(page).Select(match => match.Groups[1].Value)];

        Assert.Contains("page.js", files);
        Assert.Contains("swagger", files);
        foreach (string file in files)
            Assert.True((await fixture.Client.GetAsync($"/{file}")).IsSuccessStatusCode, file);
        Assert.StartsWith("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2/models/{model}/infer", "application/json,application/octet-stream", "200,400,404,408,413,415,500,503,504", "model,Inference-Header-Content-Length")]
    [InlineData("/v2/models/{model}/versions/{version}/infer", "application/json,application/octet-stream", "200,400,404,408,413,415,500,503,504", "model,version,Inference-Header-Content-Length")]
    [InlineData("/v1/vision/detection", "multipart/form-data", "200,400,401,404,408,413,415,422,500,503,504", "model,version,deadline_ms,max_detections")]
    [InlineData("/v1/vision/custom/{model}", "multipart/form-data", "200,400,401,404,408,413,415,422,500,503,504", "model,deadline_ms,max_detections")]
    public async Task OtherProtocols_DescribeFormsParametersAnswersAndErrors(string path, string forms, string statuses, string parameters)
    {
        JsonNode operation = (await DescriptionAsync())["paths"]![path]!["post"]!;
        Assert.Equal(forms.Split(','), operation["requestBody"]!["content"]!.AsObject().Select(form => form.Key));
        Assert.Equal(statuses.Split(','), operation["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal));
        Assert.Equal(parameters.Split(','), operation["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]));
        Assert.NotNull(operation["responses"]!["200"]!["content"]!["application/json"]!["example"]);
    }

    private async Task<JsonNode> DescriptionAsync() => JsonNode.Parse(await fixture.Client.GetStringAsync("/swagger/v1/swagger.json"))!;

    [GeneratedRegex("(src|href|url|import|fetch)[\"'=(\\s]+(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex ElsewherePattern();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex FilePattern();
}
