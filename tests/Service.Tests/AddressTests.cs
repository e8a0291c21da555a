using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpikingDetector.Core;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Service.Tests;

/// <summary>Where the service listens, for the usual settings and for gRPC.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("", "Grpc http://*:8081 Http2, Http0 http://*:8080")]
    [InlineData("--Grpc:Url=", "ports 8080")]
    [InlineData("--http_ports=9000", "ports 9000")]
    [InlineData("--urls=http://localhost:9000", "urls http://localhost:9000")]
    [InlineData("--https_ports=9443", "https_ports 9443")]
    [InlineData("--Kestrel:Endpoints:Mine:Url=http://localhost:9000", "Mine http://localhost:9000")]
    [InlineData("--http_ports=9000 --Grpc:Url=http://[::1]:9001", "Grpc http://[::1]:9001 Http2, Http0 http://*:9000")]
    [InlineData("--http_ports=9000;9001 --https_ports=9443 --Grpc:Url=http://*:9002", "Grpc http://*:9002 Http2, Http0 http://*:9000, Http1 http://*:9001, Http2 https://*:9443")]
    [InlineData("--http_ports=9000 --urls=http://a:1;http://b:2 --Grpc:Url=http://*:9002", "Grpc http://*:9002 Http2, Http0 http://a:1, Http1 http://b:2")]
    [InlineData("--Kestrel:Endpoints:Mine:Url=http://localhost:9000 --Grpc:Url=http://*:9001", "Grpc http://*:9001 Http2, Mine http://localhost:9000")]
    public void Settings_SayWhereTheServiceListens(string args, string expected) =>
        Assert.Equal(expected, Describe(ServiceBuilder.Create(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AddDefaultAddress().Configuration));

    [Fact]
    public void Environment_Counts()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_HTTP_PORTS", "9001");
        try
        {
            Assert.Equal("ports 9001", Describe(ServiceBuilder.Create([]).AddDefaultAddress().Configuration));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_HTTP_PORTS", null);
        }
    }

    [Fact]
    public void NoAddress_IsRefusedInWords()
    {
        var exception = Assert.Throws<InvalidInputException>(() => ServiceBuilder.Create(["--Grpc:Url=8081"]).AddDefaultAddress());
        Assert.Contains("Grpc:Url is '8081'; expected an address", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithGrpc_BothAddressesAnswer_AndTheServerWarnsOfNothing()
    {
        using var log = new ListLoggerProvider();
        WebApplicationBuilder builder = ServiceBuilder.Create(["--urls=http://127.0.0.1:0", "--Grpc:Url=http://127.0.0.1:0"]).AddDefaultAddress();
        builder.Logging.ClearProviders().AddProvider(log);
        await using WebApplication app = builder.Build();
        app.MapGet("/", (Microsoft.AspNetCore.Http.HttpRequest request) => request.Protocol);
        await app.StartAsync();
        using var client = new HttpClient();
        string[] protocols = await Task.WhenAll(app.Urls.Select(async address =>
        {
            // Each as its only choice: the server cannot have both on one address without TLS.
            Version version = app.Urls.First() == address ? HttpVersion.Version20 : HttpVersion.Version11;
            var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            return await (await client.SendAsync(request)).Content.ReadAsStringAsync();
        }));

        Assert.Equal(["HTTP/1.1", "HTTP/2"], protocols.Order());
        Assert.Empty(log.Warnings);
        await app.StopAsync();
    }

    private static string Describe(ConfigurationManager settings)
    {
        IConfigurationSection[] endpoints = [.. settings.GetSection("Kestrel:Endpoints").GetChildren()];
        if (endpoints.Length > 0)
            return string.Join(", ", endpoints.Select(endpoint => $"{endpoint.Key} {endpoint["Url"]} {endpoint["Protocols"]}".Trim()));

        IEnumerable<string> plain = new[] { ("urls", "urls"), ("http_ports", "ports"), ("https_ports", "https_ports") }
            .Where(key => !string.IsNullOrEmpty(settings[key.Item1])).Select(key => $"{key.Item2} {settings[key.Item1]}");
        return string.Join(", ", plain);
    }

    private sealed class ListLoggerProvider : ILoggerProvider, ILogger
    {
        public List<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Warnings.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
