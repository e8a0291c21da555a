using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>The query parameters that the document names are those that the endpoints read, with the bounds that it names.</summary>
[Collection(nameof(DescribedServices))]
public sealed class DocumentQueryTests(DescribedServices services)
{
    private static readonly byte[] Picture = PictureEncoder.EncodeJpeg(new Picture(40, 30));

    /// <summary>Each looks for its parameters in at least one of the calls.</summary>
    [Fact]
    public void Described_AreThoseThatAreRead() => Assert.All(
        DescribedCalls.All.Where(call => call.Service == ServiceKind.Open).GroupBy(call => call.Operation),
        calls => Assert.Equal(
            Parameters(calls.Key).Select(parameter => (string)parameter["name"]!).Order(StringComparer.Ordinal),
            calls.SelectMany(call => services.Open.Read(call.Method, call.Address.Split('?')[0])).Distinct().Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("Detect", "/detect", "lively-things")]
    [InlineData("Classify", "/classify", "lively-kinds")]
    [InlineData("DeepStackDetect", "/v1/vision/detection", "things")]
    [InlineData("DeepStackCustom", "/v1/vision/custom/things", null)]
    public async Task Each_IsTakenWithinItsBoundsOnly(string operation, string path, string? model)
    {
        Assert.NotEmpty(Parameters(operation));
        foreach (JsonNode parameter in Parameters(operation))
        {
            string name = (string)parameter["name"]!;
            string others = model is null || name == "model" ? "" : $"model={model}&";
            (string[] taken, string[] refused) = Values(name, parameter["schema"]!, model);
            foreach (string value in taken)
                Assert.Equal(200, await StatusAsync($"{path}?{others}{name}={value}"));
            foreach (string value in refused)
                Assert.Equal(400, await StatusAsync($"{path}?{others}{name}={value}"));
            Assert.Equal(400, await StatusAsync($"{path}?{others}{name}="));
            Assert.Equal(400, await StatusAsync($"{path}?{others}{name}={taken[0]}&{name}={taken[0]}"));
            if (name is "model" or "version")
                Assert.Equal(404, await StatusAsync($"{path}?{others}{name}=nothing"));
        }
    }

    private JsonNode[] Parameters(string operation) =>
    [
        .. (services.DocumentOf(ServiceKind.Open).Operations[operation]["parameters"]?.AsArray() ?? [])
            .Where(parameter => (string?)parameter!["in"] == "query")!,
    ];

    private static (string[] Taken, string[] Refused) Values(string name, JsonNode schema, string? model) => (name, (string?)schema["type"]) switch
    {
        ("model", "string") => ([model!], []),
        ("version", "string") => (["1"], []),
        ("activity", "boolean") => (["true", "false"], ["1", "x"]),
        ("deadline_ms", "integer") => (["60000"], ["0", "-1", "1.5", "x", "99999999999"]),
        ("score_threshold", "number") => ([Bound(schema, "minimum"), "0.5", Bound(schema, "maximum")], ["-0.01", "1.01", "x", "NaN", "0,5"]),
        (_, "integer") => ([Bound(schema, "minimum"), "2"], ["0", "-1", "1.5", "x", "100000"]),
        _ => throw new InvalidOperationException($"The parameter {name} has no values here."),
    };

    private static string Bound(JsonNode schema, string name) => ((double)schema[name]!).ToString(CultureInfo.InvariantCulture);

    private async Task<int> StatusAsync(string address) =>
        (int)(await services.Open.Client.PostAsync(address, DescribedCalls.Form(Picture)())).StatusCode;
}
