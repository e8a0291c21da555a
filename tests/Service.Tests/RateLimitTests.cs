using System.Net;
using SpikingDetector.Service.RateLimiting;

namespace SpikingDetector.Service.Tests;

/// <summary>How much one client may ask, and who one client is.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task BeyondTheBurst_Is429WithRetryAfter_ButHealthAndMetricsAreAnswered()
    {
        await using RunningService service = Start(("RateLimit:RequestsPerSecond", "0.01"), ("RateLimit:Burst", "3"));
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, await GetAsync(service, "/models"));
        HttpResponseMessage refused = await service.Client.GetAsync("/models");
        string detail = await Problem.AssertAsync(refused, 429, "rate-limited");
        Assert.Contains("0.01 requests a second", detail, StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 100);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(200, await GetAsync(service, "/health/live"));
            Assert.Equal(200, await GetAsync(service, "/metrics"));
            Assert.Equal(200, await GetAsync(service, "/page.css"));
        }

        Assert.Equal(429, await GetAsync(service, "/no/such/address"));
    }

    [Fact]
    public async Task AfterAPause_AnswersAgain()
    {
        await using RunningService service = Start(("RateLimit:RequestsPerSecond", "5"), ("RateLimit:Burst", "1"));
        Assert.Equal(200, await GetAsync(service, "/models"));
        Assert.Equal(429, await GetAsync(service, "/models"));
        for (int i = 0; i < 100; i++)
        {
            await Task.Delay(100);
            if (await GetAsync(service, "/models") == 200)
                return;
        }

        Assert.Fail("Not within 10 s.");
    }

    [Fact]
    public async Task UnlessConfigured_ThereIsNoLimit()
    {
        await using RunningService service = Start();
        for (int i = 0; i < 100; i++)
            Assert.Equal(200, await GetAsync(service, "/models"));
    }

    [Fact]
    public async Task Keys_AreLimitedEachByItself_AndGuessesToo()
    {
        await using RunningService service = Start(
            [.. ApiKeyTests.Fixture.Keys, ("RateLimit:RequestsPerSecond", "0.01"), ("RateLimit:Burst", "2")]);
        Assert.Equal(200, await GetAsync(service, "/models", ("X-API-Key", ApiKeyTests.UserKey)));
        Assert.Equal(200, await GetAsync(service, "/models", ("X-API-Key", ApiKeyTests.UserKey)));
        Assert.Equal(429, await GetAsync(service, "/models", ("X-API-Key", ApiKeyTests.UserKey)));
        Assert.Equal(401, await GetAsync(service, "/models", ("X-API-Key", "guess 1")));
        Assert.Equal(401, await GetAsync(service, "/models", ("X-API-Key", "guess 2")));
        Assert.Equal(429, await GetAsync(service, "/models", ("X-API-Key", "guess 3")));
        Assert.Equal(429, await GetAsync(service, "/models"));
        Assert.Equal(200, await GetAsync(service, "/models", ("X-API-Key", ApiKeyTests.OtherKey)));
    }

    [Fact]
    public async Task ForwardedAddress_IsBelievedFromTrustedProxiesOnly()
    {
        (string, string)[] limit = [("RateLimit:RequestsPerSecond", "0.01"), ("RateLimit:Burst", "1")];
        await using RunningService open = Start(limit);
        Assert.Equal(200, await GetAsync(open, "/models", ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(429, await GetAsync(open, "/models", ("X-Forwarded-For", "192.0.2.2")));

        await using RunningService behindProxy = Start([.. limit, ("Server:TrustedProxies:0", "127.0.0.0/8"), ("Server:TrustedProxies:1", "198.51.100.7")]);
        Assert.Equal(200, await GetAsync(behindProxy, "/models", ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(429, await GetAsync(behindProxy, "/models", ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(200, await GetAsync(behindProxy, "/models", ("X-Forwarded-For", "192.0.2.2")));

        // The first that is no proxy counts, whatever it claims to speak for.
        Assert.Equal(429, await GetAsync(behindProxy, "/models", ("X-Forwarded-For", "10.9.9.9, 192.0.2.1, 198.51.100.7")));
        Assert.Equal(429, await GetAsync(behindProxy, "/models", ("X-Forwarded-For", "10.9.9.8, 192.0.2.1")));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void Client_IsAnAddressOrASixtyFourOfIPv6(string one, string other, bool same) =>
        Assert.Equal(same, ClientIdentity.Of(IPAddress.Parse(one)) == ClientIdentity.Of(IPAddress.Parse(other)));

    private static RunningService Start(params (string Key, string Value)[] settings) => new([("Models:Folder", "no-models"), .. settings]);

    private static async Task<int> GetAsync(RunningService service, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return (int)(await service.Client.SendAsync(request)).StatusCode;
    }
}
