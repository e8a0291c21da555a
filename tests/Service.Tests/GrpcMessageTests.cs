using System.Net;
using Serilog.Events;

namespace SpikingDetector.Service.Tests;

/// <summary>Messages that gRPC's framework cannot read, as no client's library would send them.</summary>
public sealed class GrpcMessageTests(GrpcFixture fixture) : IClassFixture<GrpcFixture>
{
    [Theory]
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 00000002 FFFF")] // No field has such a tag.
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 00000003 0A7F61")] // A text longer than its message.
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 00000003 0A01FF")] // Not UTF-8.
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 00000009 0A0161")] // Cut short.
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 0000")]
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "")]
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "00 00000000 00 00000000")] // Two messages.
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "01 00000000")] // Compressed, it does not say how.
    [InlineData("/inference.GRPCInferenceService/ServerLive", "00 00000001 08")]
    [InlineData("/grpc.health.v1.Health/Check", "00 00000002 FFFF")]
    public async Task MessageThatCannotBeRead_IsTheClientsFault(string method, string body)
    {
        using var client = new HttpClient { BaseAddress = GrpcFixture.GrpcAddress(fixture.Service) };
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Requests.Raw(Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal)), "application/grpc"),
        };
        request.Headers.TE.ParseAdd("trailers");
        using HttpResponseMessage answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("3", answer.Headers.GetValues("grpc-status").Single()); // INVALID_ARGUMENT
        Assert.Contains("cannot be read", Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single()), StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Service.Log, entry => entry.Level >= LogEventLevel.Error);
    }
}
