using System.Text.Json.Nodes;
using Serilog.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Tests;

/// <summary>How a client, the log and a trace find the same request.</summary>
public sealed class CorrelationTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData("X-Correlation-ID", "order-4711")]
    [InlineData("X-Correlation-ID", "a1.B2_c3:d4")]
    [InlineData("X-Request-ID", "7f3e8d52-8f1c-4a58-9b0e-0d0f0f6a5a11")]
    public async Task WellFormedId_IsEchoed_AndStandsInTheLogAndInErrors(string header, string id)
    {
        HttpResponseMessage response = await SendAsync("/models/none", (header, id));
        JsonNode problem = await ProblemAsync(response);
        Assert.Equal(id, response.Headers.GetValues("X-Correlation-ID").Single());
        Assert.Equal(id, (string?)problem["correlation_id"]);
        LogEvent line = await fixture.Service.LogLineAsync(entry => IdOf(entry) == id);
        Assert.Equal("\"/models/{name}\"", line.Properties["Route"].ToString());
        Assert.DoesNotContain(fixture.Service.Log, entry => entry.Properties.ContainsKey("RequestPath")); // The client's text.
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("<script>")]
    [InlineData("ünïcode")]
    [InlineData("")]
    [InlineData("a,b")]
    public async Task OtherId_IsReplaced(string id) => await AssertReplacedAsync(("X-Correlation-ID", id));

    [Fact]
    public async Task LongId_IsReplaced()
    {
        await AssertReplacedAsync(("X-Correlation-ID", new string('a', 129)));
        HttpResponseMessage response = await SendAsync("/models/none", ("X-Correlation-ID", new string('a', 128)));
        Assert.Equal(new string('a', 128), response.Headers.GetValues("X-Correlation-ID").Single());
    }

    [Fact]
    public async Task TwoIds_AreReplaced() => await AssertReplacedAsync(("X-Correlation-ID", "a"), ("X-Correlation-ID", "b"));

    [Fact]
    public async Task EveryRequest_HasAnIdOfItsOwn_AlsoWhenItSucceeds()
    {
        HttpResponseMessage first = await fixture.Client.PostAsync("/detect", Requests.Raw(PictureEncoder.EncodeJpeg(new Picture(40, 30))));
        HttpResponseMessage second = await SendAsync("/page.css");
        string one = first.Headers.GetValues("X-Correlation-ID").Single(), two = second.Headers.GetValues("X-Correlation-ID").Single();
        Assert.Equal(200, (int)first.StatusCode);
        Assert.NotEqual(one, two);
        Assert.All([one, two], id => Assert.Matches("^[0-9a-f]{32}$", id));
        await fixture.Service.LogLineAsync(entry => IdOf(entry) == one);
    }

    [Fact]
    public async Task TraceOfTheClient_IsGoneOn()
    {
        HttpResponseMessage response = await SendAsync("/models/none", ("traceparent", Parent));
        string answer = response.Headers.GetValues("traceresponse").Single();
        Assert.Matches("^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-0[01]$", answer);
        Assert.DoesNotContain("00f067aa0ba902b7", answer, StringComparison.Ordinal);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (string?)(await ProblemAsync(response))["trace_id"]);
        await fixture.Service.LogLineAsync(entry => entry.TraceId?.ToHexString() == "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    [Theory]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("nonsense")]
    public async Task BrokenTrace_IsBegunAnew(string parent)
    {
        HttpResponseMessage response = await SendAsync("/models/none", ("traceparent", parent));
        string answer = response.Headers.GetValues("traceresponse").Single();
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", answer);
        Assert.DoesNotContain(new string('0', 32), answer, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> ProblemAsync(HttpResponseMessage response)
    {
        await Problem.AssertAsync(response, 404, "unknown-model");
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static string? IdOf(LogEvent entry) =>
        entry.Properties.TryGetValue("CorrelationId", out LogEventPropertyValue? value) ? (value as ScalarValue)?.Value as string : null;

    private async Task AssertReplacedAsync(params (string Name, string Value)[] headers)
    {
        HttpResponseMessage response = await SendAsync("/models/none", headers);
        string id = response.Headers.GetValues("X-Correlation-ID").Single();
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(id, (string?)(await ProblemAsync(response))["trace_id"]);
    }

    private async Task<HttpResponseMessage> SendAsync(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
        });
        client.BaseAddress = fixture.Client.BaseAddress;
        return await client.SendAsync(request);
    }
}
