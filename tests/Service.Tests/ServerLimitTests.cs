using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serilog.Events;
using SpikingDetector.Service.Edge;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.RateLimiting;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>What the server refuses before there is a request, and bodies that come too slowly.</summary>
public sealed class ServerLimitTests(ServerLimitTests.Fixture fixture) : IClassFixture<ServerLimitTests.Fixture>
{
    private const string Rest = "Host: localhost\r\nConnection: close\r\n\r\n";

    public static TheoryData<string, int> Refused => new()
    {
        { $"GET /health/live HTTP/1.1\r\nX-Large: {new string('x', 2000)}\r\n{Rest}", 431 },
        { $"GET /health/live HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 30).Select(i => $"X-{i}: 1\r\n"))}{Rest}", 431 },
        { $"GET /{new string('x', 600)} HTTP/1.1\r\n{Rest}", 414 },
        { $"GET /health/live HTTP/1.7\r\n{Rest}", 505 },
        { $"GET /health/live\r\n{Rest}", 400 },
        { $"GET /health/live HTTP/1.1\r\nno colon\r\n{Rest}", 400 },
        { "\u0016\u0003\u0001 no HTTP at all\r\n\r\n", 400 },
        { "GET /health/live HTTP/1.1\r\n\r\n", 400 },
        { $"POST /detect HTTP/1.1\r\nContent-Length: -5\r\n{Rest}", 400 },
        { $"POST /detect HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n{Rest}", 400 },
        { "GET /health/live HTTP/1.1\r\nHost: lo", 408 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task WhatTheServerRefuses_HasItsStatus_AndIsNoErrorInTheLog(string request, int status)
    {
        RunningService service = fixture.Service;
        using RawConnection connection = await RawConnection.OpenAsync(service);
        await connection.SendAsync(request);
        string answer = await connection.ReadToEndAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Problem.AssertNoTrace(answer);
        AssertNoErrorIn(service.Log);
        Assert.True((await service.Client.GetAsync("/health/live")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task WithinTheLimits_IsAnswered()
    {
        using RawConnection connection = await RawConnection.OpenAsync(fixture.Service);
        await connection.SendAsync($"GET /health/live?{new string('x', 400)} HTTP/1.1\r\nX-Large: {new string('x', 900)}\r\n{Rest}");
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionBeyondTheLimit_IsClosed_AndThePlaceIsFreeAgain()
    {
        await using RunningService service = Start(("Server:MaxConnections", "3"));
        service.Client.DefaultRequestHeaders.ConnectionClose = true;
        RawConnection[] connections = [await RawConnection.OpenAsync(service), await RawConnection.OpenAsync(service), await RawConnection.OpenAsync(service)];
        foreach (RawConnection connection in connections)
            await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n"); // Not yet at its end.

        using RawConnection another = await RawConnection.OpenAsync(service);
        Assert.Equal("", await another.ReadToEndAsync());
        foreach (RawConnection connection in connections)
            connection.Dispose();
        for (int i = 0; i < 100; i++)
        {
            try
            {
                Assert.True((await service.Client.GetAsync("/health/live")).IsSuccessStatusCode);
                return;
            }
            catch (HttpRequestException) when (i < 99)
            {
                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task IdleConnection_IsClosed()
    {
        using RawConnection connection = await RawConnection.OpenAsync(fixture.Service);
        await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var clock = Stopwatch.StartNew();
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 10);
    }

    [Fact]
    public async Task SteadyButEndlessBody_Is408()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(
            models.Path, ("Server:BodyTimeoutSeconds", "1"), ("Server:MinBodyBytesPerSecond", "0"));
        using RawConnection connection = await RawConnection.OpenAsync(service);
        await connection.SendAsync("POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n");
        Task<string> reading = connection.ReadToEndAsync();
        for (int i = 0; i < 100 && !reading.IsCompleted; i++)
        {
            try
            {
                await connection.SendAsync("a steady stream");
            }
            catch (IOException)
            {
                break;
            }

            await Task.Delay(50);
        }

        string answer = await reading;
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:spiking-detector:problem:upload-timeout", answer, StringComparison.Ordinal);
        Assert.Contains("within 1 s", answer, StringComparison.Ordinal);
        AssertNoErrorIn(service.Log);
    }

    [Fact]
    public async Task BodyBelowTheRate_Is408()
    {
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using RunningService service = await RunningService.StartAsync(
            models.Path, ("Server:MinBodyBytesPerSecond", "1000"), ("Server:MinBodyRateGraceSeconds", "2"));
        using RawConnection connection = await RawConnection.OpenAsync(service);
        await connection.SendAsync("POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\nfew bytes");
        string answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        AssertNoErrorIn(service.Log);
    }

    /// <summary>None but that there are no models.</summary>
    private static void AssertNoErrorIn(IEnumerable<LogEvent> log) => Assert.DoesNotContain(log, entry =>
        entry.Exception is not null || (entry.Level > LogEventLevel.Warning && !entry.MessageTemplate.Text.StartsWith("There is no model", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Server:MaxConnections", "0", "MaxConnections must be between 1 and 1000000")]
    [InlineData("Server:MaxHeaderBytes", "1023", "MaxHeaderBytes must be between 1024 and 1048576")]
    [InlineData("Server:MaxRequestLineBytes", "65537", "MaxRequestLineBytes must be between 256 and 65536")]
    [InlineData("Server:MinBodyRateGraceSeconds", "1", "MinBodyRateGraceSeconds must be between 2 and 600")]
    [InlineData("Server:BodyTimeoutSeconds", "0", "BodyTimeoutSeconds must be between 1 and 86400")]
    [InlineData("Server:TrustedProxies:0", "my-proxy", "TrustedProxies has 'my-proxy'")]
    [InlineData("Server:TrustedProxies:0", "10.0.0.0/33", "TrustedProxies has '10.0.0.0/33'")]
    [InlineData("RateLimit:Burst", "0", "Burst must be between 1 and 1000000")]
    [InlineData("RateLimit:RequestsPerSecond", "0.0001", "at least 0.001")]
    public void SettingOutOfRange_KeepsTheServiceFromStarting(string key, string value, string says)
    {
        using ServiceProvider services = ServiceBuilder.Create([$"--{key}={value}"]).AddServerLimits().AddRateLimit().Services.BuildServiceProvider();
        var exception = Assert.ThrowsAny<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(says, exception.Message, StringComparison.Ordinal);
    }

    private static RunningService Start(params (string Key, string Value)[] settings) => new(
    [
        .. settings,
        ("Models:Folder", "no-models"),
        ("Server:MaxHeaders", "20"),
        ("Server:MaxHeaderBytes", "1024"),
        ("Server:MaxRequestLineBytes", "512"),
        ("Server:HeadersTimeoutSeconds", "1"),
        ("Server:KeepAliveTimeoutSeconds", "1"),
    ]);

    /// <summary>A service that takes little.</summary>
    public sealed class Fixture : IAsyncDisposable
    {
        public RunningService Service { get; } = Start();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
