using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SpikingDetector.Service.Health;
using SpikingDetector.Service.Hosting;

namespace SpikingDetector.Deployment.Tests;

/// <summary>The service's own program, which gets its settings as a container gets them: by its environment.</summary>
internal sealed class StartedService : IDisposable
{
    private readonly Process _process;

    private readonly Task<string?> _firstLine;

    private StartedService(Process process, Uri address)
    {
        _process = process;
        _firstLine = ReadLogAsync(process.StandardOutput);
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    /// <summary>The first line of its log.</summary>
    public async Task<string> FirstLineAsync() => await _firstLine ?? throw new InvalidOperationException("The service logs nothing.");

    /// <summary>Starts it, and waits until it answers. Its settings are all right then: it checks them before.</summary>
    /// <param name="settings">Environment names and values.</param>
    public static async Task<StartedService> StartAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [typeof(DefaultAddress).Assembly.Location, $"--urls={address}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        var service = new StartedService(process, address);
        for (int i = 0; i < 600; i++)
        {
            if (await service.StatusAsync(HealthEndpoints.LivePath) == HttpStatusCode.OK)
                return service;
            if (process.HasExited)
                break;
            await Task.Delay(50);
        }

        service.Dispose();
        throw new InvalidOperationException($"The service did not start: {await error}");
    }

    /// <summary>Waits until it is ready.</summary>
    public async Task WaitUntilReadyAsync()
    {
        for (int i = 0; i < 600 && await StatusAsync(HealthEndpoints.ReadyPath) != HttpStatusCode.OK; i++)
            await Task.Delay(50);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HealthEndpoints.ReadyPath));
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using HttpResponseMessage answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Reads on to the end, or the service would wait for somebody to do it.</summary>
    private static async Task<string?> ReadLogAsync(StreamReader log)
    {
        string? first = await log.ReadLineAsync();
        _ = log.BaseStream.CopyToAsync(Stream.Null);
        return first;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
