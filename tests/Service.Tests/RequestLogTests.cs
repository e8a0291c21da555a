using Serilog.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Tests;

public sealed class RequestLogTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] File = PictureEncoder.EncodeJpeg(new Picture(40, 30));

    [Fact]
    public async Task Request_IsOneLineWithModelSizesAndTimings()
    {
        await fixture.Client.PostAsync("/detect", Requests.Raw(File));
        LogEvent line = await fixture.Service.RequestLineAsync("/detect");

        Assert.Equal(200, Value(line, "StatusCode"));
        Assert.Equal("POST", Value(line, "RequestMethod"));
        Assert.Equal("things", Value(line, "Model"));
        Assert.Equal((40, 30), (Value(line, "Width"), Value(line, "Height")));
        Assert.Equal((long)File.Length, Value(line, "PictureBytes"));
        Assert.Equal((long)File.Length, Value(line, "BodyBytes"));
        foreach (string timing in (string[])["DecodeMs", "QueueMs", "InferenceMs", "TotalMs", "Elapsed"])
            Assert.IsType<double>(Value(line, timing));
        Assert.Single(fixture.Service.Log, entry => entry.Properties.TryGetValue("Route", out var route) && route.ToString() == "\"/detect\"");
    }

    [Fact]
    public async Task Refusal_NamesTheRouteAndTheProblem_ButNothingOfTheRequest()
    {
        await fixture.Client.PostAsync("/classify?top_k=secret-text", Requests.Raw(File));
        LogEvent line = await fixture.Service.RequestLineAsync("/classify");

        Assert.Equal(400, Value(line, "StatusCode"));
        Assert.Equal("invalid-parameter", Value(line, "Problem"));
        Assert.DoesNotContain(fixture.Service.Log, entry =>
            entry.RenderMessage().Contains("secret", StringComparison.Ordinal)
            || entry.Properties.Values.Any(value => value.ToString().Contains("secret", StringComparison.Ordinal)));
    }

    private static object? Value(LogEvent line, string name) => Assert.IsType<ScalarValue>(line.Properties[name]).Value;
}
