using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>The service in a process of its own, as it is started to serve.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly long _started;

    private ServiceProcess(IReadOnlyList<string> settings)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        (string program, string[] first) = Program();
        var start = new ProcessStartInfo(program, [.. first, $"--urls={Address}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _started = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;

        // Its log is written, as where it serves, and read by nobody.
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _error = _process.StandardError.ReadToEndAsync();
    }

    public Uri Address { get; }

    /// <summary>From just before the process was made to its first answer that it is ready.</summary>
    public TimeSpan StartToReady { get; private set; }

    /// <summary>Memory that the process has now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the service and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        var service = new ServiceProcess(settings);
        try
        {
            await ServiceReady.WaitAsync(service.Address, service.Failure, cancellation);
            service.StartToReady = Stopwatch.GetElapsedTime(service._started);
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string? Failure() => _process.HasExited ? _error.Result.Trim() : null;

    /// <summary>This program, whether it runs by itself or through <c>dotnet</c>.</summary>
    private static (string Program, string[] FirstArguments) Program()
    {
        string assembly = typeof(ServiceProcess).Assembly.Location;
        string? process = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(process) == Path.GetFileNameWithoutExtension(assembly)
            ? (process!, [])
            : ("dotnet", [assembly]);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
