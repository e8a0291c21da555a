using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SpikingDetector.Service.Health;

namespace SpikingDetector.Service.Tests;

/// <summary>The service as it is started to serve: a process of its own, whose memory and handles are its alone and which signals end.</summary>
internal sealed class ChildService : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _reading;

    private ChildService(IEnumerable<KeyValuePair<string, string>> environment, string[] settings)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        Client = new HttpClient { BaseAddress = Address };
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, $"--urls={Address}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadLogAsync(_process.StandardOutput), ReadLogAsync(_process.StandardError));
    }

    public HttpClient Client { get; }

    public Uri Address { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Lines that the service has written so far.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Bytes of memory.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The most bytes of memory that it ever had.</summary>
    public long PeakWorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Open files, connections and the like.</summary>
    public int Handles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Starts the service and waits until it is ready.</summary>
    public static async Task<ChildService> StartAsync(params string[] settings)
    {
        ChildService service = await StartAsync([], settings);
        await service.WaitUntilReadyAsync();
        return service;
    }

    /// <summary>Starts the service with variables, and waits until it answers: it has checked its settings by then.</summary>
    /// <exception cref="InvalidOperationException">It ended, and said why.</exception>
    public static async Task<ChildService> StartAsync(IEnumerable<KeyValuePair<string, string>> environment, params string[] settings)
    {
        var service = new ChildService(environment, settings);
        try
        {
            await service.WaitUntilAsync(HealthEndpoints.LivePath);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public Task WaitUntilReadyAsync() => WaitUntilAsync(HealthEndpoints.ReadyPath);

    /// <summary>The status of an answer; null where there is none.</summary>
    public async Task<HttpStatusCode?> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri(Address, path));
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The exit code, once the process has ended by itself and all that it wrote is read.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan longest)
    {
        await _process.WaitForExitAsync().WaitAsync(longest);
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _reading;
        _process.Dispose();
        Client.Dispose();
    }

    private async Task WaitUntilAsync(string path)
    {
        for (int i = 0; i < 600; i++)
        {
            if (await StatusAsync(Client, path) == HttpStatusCode.OK)
                return;
            if (HasExited)
            {
                await _reading;
                throw new InvalidOperationException($"The service ended: {string.Join('\n', Log)}");
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"{path} was not answered with 200 within 30 s.");
    }

    private async Task ReadLogAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }

    /// <summary>A port of this machine that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
