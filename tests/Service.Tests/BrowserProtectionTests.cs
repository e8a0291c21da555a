using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Tests;

/// <summary>What answers tell browsers: what to do with them, and which pages may ask.</summary>
public sealed class BrowserProtectionTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Origin = "https://app.example";

    public static TheoryData<string, string> Answers => new()
    {
        { "GET", "/" },
        { "GET", "/page.js" },
        { "GET", "/models" },
        { "GET", "/models/none" },
        { "GET", "/no/such/address" },
        { "GET", "/swagger/index.html" },
        { "GET", "/swagger/v1/swagger.json" },
        { "GET", "/metrics" },
        { "POST", "/detect" },
        { "POST", "/classify?top_k=x" },
        { "PUT", "/detect" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task EveryAnswer_HasTheHeadersOnce(string method, string address)
    {
        HttpResponseMessage response = await fixture.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), address)
        {
            Content = method == "GET" ? null : Requests.Raw(PictureEncoder.EncodeJpeg(new Picture(40, 30))),
        });
        string Header(string name) => Assert.Single(response.Headers.GetValues(name));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=(self)", Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Strict-Transport-Security")); // This is not HTTPS.
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/models", "default-src 'none'")]
    [InlineData("/models/none", "default-src 'none'")]
    [InlineData("/swagger/index.html", "script-src 'self';")]
    [InlineData("/", "default-src 'self'")]
    public async Task ContentPolicy_IsTheNarrowestThatTheAnswerNeeds(string address, string holds)
    {
        HttpResponseMessage response = await fixture.Client.GetAsync(address);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains(holds, policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CrossOrigin_IsClosedUnlessConfigured()
    {
        HttpResponseMessage preflight = await PreflightAsync(fixture.Service, Origin);
        Assert.Equal(405, (int)preflight.StatusCode);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
        HttpResponseMessage response = await GetAsync(fixture.Service, "/models", Origin);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task CrossOrigin_IsOpenToTheConfiguredOriginsAlone_AlsoForErrorsAndBeforeKeysAreAsked()
    {
        await using var service = new RunningService(
            [("Models:Folder", "no-models"), ("Security:AllowedOrigins:0", Origin), .. ApiKeyTests.Fixture.Keys]);
        HttpResponseMessage preflight = await PreflightAsync(service, Origin);
        Assert.Equal(204, (int)preflight.StatusCode);
        Assert.Equal(Origin, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("x-api-key", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));

        HttpResponseMessage refused = await GetAsync(service, "/models", Origin);
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal(Origin, refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("X-Correlation-ID", refused.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);

        foreach (string other in (string[])["https://other.example", "http://app.example", "https://app.example.evil", "null"])
        {
            Assert.False((await PreflightAsync(service, other)).Headers.Contains("Access-Control-Allow-Origin"), other);
            Assert.False((await GetAsync(service, "/health/live", other)).Headers.Contains("Access-Control-Allow-Origin"), other);
        }
    }

    [Fact]
    public async Task ForwardedHttps_IsToldToStay()
    {
        await using var service = new RunningService(("Models:Folder", "no-models"), ("Server:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts", "*"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Host = "detector.example";
        HttpResponseMessage response = await service.Client.SendAsync(request);
        Assert.Contains("max-age=", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> GetAsync(RunningService service, string address, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Origin", origin);
        return service.Client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> PreflightAsync(RunningService service, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/detect");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "x-api-key,content-type");
        return service.Client.SendAsync(request);
    }
}
