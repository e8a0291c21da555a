using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serilog.Events;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Commands;
using SpikingDetector.Service.Hosting;
using SpikingDetector.Service.Security;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>Who may do what where keys are configured, and that keys are seen nowhere.</summary>
public sealed class ApiKeyTests(ApiKeyTests.Fixture fixture) : IClassFixture<ApiKeyTests.Fixture>
{
    public const string UserKey = "user-secret-key-1234567890";
    public const string OtherKey = "other-secret-key-0987654321";

    private const string OperatorKey = "operator-secret-key-ünïcode";

    private static readonly byte[] Picture = PictureEncoder.EncodeJpeg(new Picture(40, 30));

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/")]
    [InlineData("/page.css")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task OpenAddress_NeedsNoKey(string address) =>
        Assert.Equal(200, (int)(await fixture.Client.GetAsync(address)).StatusCode);

    [Theory]
    [InlineData("/models")]
    [InlineData("/models/things")]
    [InlineData("/metrics")]
    [InlineData("/no/such/address")]
    public async Task OtherAddress_WithoutAKey_Is401(string address)
    {
        HttpResponseMessage response = await fixture.Client.GetAsync(address);
        string detail = await Problem.AssertAsync(response, 401, "unauthorized");
        Assert.Contains("X-API-Key", detail, StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"spiking-detector\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("X-API-Key", UserKey)]
    [InlineData("X-API-Key", OperatorKey)]
    [InlineData("x-api-key", UserKey)]
    [InlineData("Authorization", "Bearer " + UserKey)]
    [InlineData("authorization", "bearer " + OperatorKey)]
    public async Task RightKey_IsTaken(string header, string value)
    {
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, "/models", (header, value))).StatusCode);
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, "/metrics", (header, value))).StatusCode);
        Assert.Equal(404, (int)(await SendAsync(HttpMethod.Get, "/no/such/address", (header, value))).StatusCode);
    }

    [Theory]
    [InlineData("X-API-Key", "user-secret-key-123456789")]
    [InlineData("X-API-Key", "user-secret-key-12345678901")]
    [InlineData("X-API-Key", "USER-SECRET-KEY-1234567890")]
    [InlineData("X-API-Key", "")]
    [InlineData("X-API-Key", "Bearer " + UserKey)]
    [InlineData("Authorization", "Bearer wrong")]
    public async Task WrongKey_Is401AndSaysSo(string header, string value)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/models", (header, value));
        string detail = await Problem.AssertAsync(response, 401, "unauthorized");
        Assert.Contains("not one that this service takes", detail, StringComparison.Ordinal);
        Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashOfAKey_IsNoKey()
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/models", ("X-API-Key", HashOf(UserKey)));
        await Problem.AssertAsync(response, 401, "unauthorized");
    }

    [Fact]
    public async Task OtherScheme_IsNoKey() =>
        await Problem.AssertAsync(await SendAsync(HttpMethod.Get, "/models", ("Authorization", "Basic dTpw")), 401, "unauthorized");

    [Fact]
    public async Task TwoKeys_AreNone()
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/models", ("X-API-Key", UserKey), ("X-API-Key", OperatorKey));
        await Problem.AssertAsync(response, 401, "unauthorized");
    }

    [Fact]
    public async Task HugeKey_Is401()
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/models", ("X-API-Key", new string('k', 10_000)));
        await Problem.AssertAsync(response, 401, "unauthorized");
    }

    [Fact]
    public async Task UploadWithoutAKey_Is401BeforeItIsRead()
    {
        HttpResponseMessage response = await fixture.Client.PostAsync("/detect", Requests.Raw(Picture));
        await Problem.AssertAsync(response, 401, "unauthorized");
        response = await SendAsync(HttpMethod.Post, "/detect", Requests.Raw(Picture), ("X-API-Key", UserKey));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Reload_NeedsTheRight()
    {
        await Problem.AssertAsync(await SendAsync(HttpMethod.Post, Fixture.Guarded), 401, "unauthorized");
        string detail = await Problem.AssertAsync(await SendAsync(HttpMethod.Post, Fixture.Guarded, ("X-API-Key", UserKey)), 403, "forbidden");
        Assert.Contains("The key user", detail, StringComparison.Ordinal);
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Post, Fixture.Guarded, ("X-API-Key", OperatorKey))).StatusCode);
    }

    [Fact]
    public async Task Reload_WithoutConfiguredKeys_Is403AndSaysWhatToConfigure()
    {
        await using var service = new GuardedService(("Models:Folder", "no-models"));
        HttpResponseMessage response = await service.Client.PostAsync(Fixture.Guarded, null);
        string detail = await Problem.AssertAsync(response, 403, "forbidden");
        Assert.Contains("Security:ApiKeys", detail, StringComparison.Ordinal);
        Assert.Equal(200, (int)(await service.Client.GetAsync("/models")).StatusCode);
        Assert.Equal(200, (int)(await service.Client.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task OpenMetrics_NeedNoKey()
    {
        await using var service = new RunningService(
            [("Models:Folder", "no-models"), ("Security:OpenMetrics", "true"), .. Fixture.Keys]);
        Assert.Equal(200, (int)(await service.Client.GetAsync("/metrics")).StatusCode);
        Assert.Equal(401, (int)(await service.Client.GetAsync("/models")).StatusCode);
    }

    [Fact]
    public async Task Log_NamesTheKeyButNeverHoldsIt_NorHeadersNorTheQuery()
    {
        await SendAsync(HttpMethod.Get, "/models/things?token=query-secret", ("X-API-Key", UserKey), ("Cookie", "header-secret"));
        await SendAsync(HttpMethod.Get, "/models/things?token=query-secret", ("Authorization", "Bearer wrong-secret"));
        LogEvent line = await fixture.Service.LogLineAsync(entry =>
            entry.Properties.TryGetValue("Route", out LogEventPropertyValue? route) && route.ToString() == "\"/models/{name}\""
            && entry.Properties.ContainsKey("ApiKey"));
        Assert.Equal("\"user\"", line.Properties["ApiKey"].ToString());
        Assert.Contains(fixture.Service.Log, entry => entry.Level == LogEventLevel.Debug); // Debug lines are there to be searched.
        Assert.DoesNotContain(fixture.Service.Log, entry => Text(entry).Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Service.Log, entry => Text(entry).Contains(HashOf(UserKey), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Description_AsksForAKeyWhereOneIsNeeded()
    {
        JsonNode document = JsonNode.Parse(await fixture.Client.GetStringAsync("/swagger/v1/swagger.json"))!;
        JsonNode schemes = document["components"]!["securitySchemes"]!;
        Assert.Equal("X-API-Key", (string?)schemes["ApiKey"]!["name"]);
        Assert.Equal("header", (string?)schemes["ApiKey"]!["in"]);
        Assert.Equal("bearer", (string?)schemes["Bearer"]!["scheme"]);
        JsonNode detect = document["paths"]!["/detect"]!["post"]!, live = document["paths"]!["/health/live"]!["get"]!;
        Assert.Equal(["ApiKey", "Bearer"], detect["security"]!.AsArray().SelectMany(need => need!.AsObject().Select(scheme => scheme.Key)));
        Assert.NotNull(detect["responses"]!["401"]);
        Assert.Null(live["security"]);
        Assert.Null(live["responses"]!["401"]);
    }

    [Fact]
    public async Task Description_WithoutKeys_AsksForNone()
    {
        await using var service = new RunningService(("Models:Folder", "no-models"));
        JsonNode document = JsonNode.Parse(await service.Client.GetStringAsync("/swagger/v1/swagger.json"))!;
        Assert.Null(document["components"]!["securitySchemes"]);
        Assert.Null(document["paths"]!["/detect"]!["post"]!["security"]);
    }

    [Theory]
    [InlineData("Security:ApiKeys:0:Name", "two words", "ApiKeys:0:Name")]
    [InlineData("Security:ApiKeys:1:Name", "user", "name of its own")]
    [InlineData("Security:ApiKeys:0:Sha256", UserKey, "ApiKeys:0:Sha256")]
    [InlineData("Security:ApiKeys:0:Secret", "x", "Secret")]
    [InlineData("Security:AllowedOrigins:0", "*", "AllowedOrigins has '*'")]
    [InlineData("Security:AllowedOrigins:0", "https://a.example/path", "not an origin")]
    public void WrongSetting_KeepsTheServiceFromStarting(string key, string value, string says)
    {
        string[] arguments = [.. Fixture.Keys.Select(setting => $"--{setting.Key}={setting.Value}"), $"--{key}={value}"];
        using ServiceProvider services = ServiceBuilder.Create(arguments).AddSecurity().Services.BuildServiceProvider();
        Exception exception = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(says, exception.Message + exception.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashKey_PrintsARandomKeyWhoseHashTheServiceTakes()
    {
        JsonNode first = await RunAsync(), second = await RunAsync();
        string key = (string)first["key"]!;
        Assert.NotEqual(key, (string?)second["key"]);
        Assert.True(key.Length >= 43, key);
        Assert.Equal(HashOf(key), (string?)first["sha256"]);

        await using var service = new RunningService(
            ("Models:Folder", "no-models"), ("Security:ApiKeys:0:Name", "made"), ("Security:ApiKeys:0:Sha256", (string)first["sha256"]!));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/models");
        request.Headers.Add("X-API-Key", key);
        Assert.Equal(200, (int)(await service.Client.SendAsync(request)).StatusCode);
    }

    private static async Task<JsonNode> RunAsync()
    {
        using var output = new StringWriter();
        Assert.True(ServiceCommands.IsCommand(["hash-key", "--json"]));
        Assert.Equal(0, await CommandLineApp.RunAsync(new RootCommand { HashKeyCommand.Create() }, ["hash-key", "--json"], output));
        return JsonNode.Parse(output.ToString())!;
    }

    private static string Text(LogEvent entry) => entry.RenderMessage() + string.Join(' ', entry.Properties.Values) + entry.Exception;

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, params (string Name, string Value)[] headers) =>
        SendAsync(method, address, content: null, headers);

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string address, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return fixture.Client.SendAsync(request);
    }

    /// <summary>A service with three keys.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public const string Guarded = "/test/guarded";

        private readonly TemporaryFolder _models = new();

        public static (string Key, string Value)[] Keys =>
        [
            ("Security:ApiKeys:0:Name", "user"),
            ("Security:ApiKeys:0:Sha256", HashOf(UserKey)),
            ("Security:ApiKeys:1:Name", "operator"),
            ("Security:ApiKeys:1:Sha256", HashOf(OperatorKey).ToUpperInvariant()),
            ("Security:ApiKeys:1:MayReload", "true"),
            ("Security:ApiKeys:2:Name", "other"),
            ("Security:ApiKeys:2:Sha256", HashOf(OtherKey)),
        ];

        public RunningService Service { get; private set; } = null!;

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
            Service = new GuardedService(
            [
                .. Keys,
                ("Models:Folder", _models.Path),
                ("Serilog:MinimumLevel:Default", "Debug"),
            ]);
            Client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 })
            {
                BaseAddress = Service.Client.BaseAddress,
            };
            for (int i = 0; i < 600 && !(await Client.GetAsync("/health/ready")).IsSuccessStatusCode; i++)
                await Task.Delay(50);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Service.DisposeAsync();
            _models.Dispose();
        }
    }

    /// <summary>A service with an endpoint that only keys with the right to reload may call.</summary>
    private sealed class GuardedService(params (string Key, string Value)[] settings) : RunningService(settings)
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureServices(services => services.AddSingleton<IStartupFilter, GuardedEndpoint>());
        }
    }

    private sealed class GuardedEndpoint : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.UseEndpoints(endpoints => endpoints.MapPost(Fixture.Guarded, () => "done").RequiresReloadRight());
        };
    }
}
