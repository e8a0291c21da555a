using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SpikingDetector.Service.Tests.Soak;

/// <summary>The service as it is started to serve: a process of its own, whose memory and handles are its alone and which signals end.</summary>
internal sealed class ChildService : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _reading;

    private ChildService(string[] settings)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, $"--urls={Address}", .. settings])
        {
            RedirectStandardOutput = true,
        })!;
        _reading = ReadLogAsync();
    }

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
        var service = new ChildService(settings);
        using var client = new HttpClient { BaseAddress = service.Address };
        for (int i = 0; i < 600; i++)
        {
            Assert.False(service.HasExited, string.Join('\n', service.Log));
            if (await service.StatusAsync(client, "/health/ready") == HttpStatusCode.OK)
                return service;
            await Task.Delay(50);
        }

        throw new TimeoutException("The service was not ready within 30 s.");
    }

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
    }

    private async Task ReadLogAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
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
