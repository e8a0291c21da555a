using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Serilog.Events;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Tests;

/// <summary>
/// The whole service in this process, behind its real server on a free port of this machine, so that what the server
/// refuses by itself is seen too.
/// </summary>
public class RunningService : WebApplicationFactory<Program>, ILogEventSink
{
    private readonly Dictionary<string, string> _settings;
    private readonly List<LogEvent> _log = [];

    /// <param name="settings">Configuration keys and values, as on the command line.</param>
    public RunningService(params (string Key, string Value)[] settings)
    {
        _settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        _settings.Add("urls", "http://127.0.0.1:0");
        UseKestrel();
        StartServer();

        // The factory's own clients read the whole body before they send any of it.
        using HttpClient client = CreateClient();
        Client = new HttpClient { BaseAddress = client.BaseAddress };
    }

    public HttpClient Client { get; }

    /// <summary>What the service has logged so far.</summary>
    public IReadOnlyList<LogEvent> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>A service on the models of a folder, once they are loaded.</summary>
    public static Task<RunningService> StartAsync(string modelFolder, params (string Key, string Value)[] settings) =>
        StartAsync([("Models:Folder", modelFolder), .. settings]);

    /// <summary>A service with these settings, once its models are loaded.</summary>
    public static async Task<RunningService> StartAsync((string Key, string Value)[] settings)
    {
        var service = new RunningService(settings);
        await service.WaitForModelsAsync();
        return service;
    }

    /// <summary>Waits until all models have been tried.</summary>
    public async Task WaitForModelsAsync()
    {
        for (int i = 0; i < 600; i++)
        {
            if (Services.GetRequiredService<ModelCatalog>().IsLoaded)
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException("The models were not loaded within 30 s.");
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_log)
            _log.Add(logEvent);
    }

    /// <summary>The service's own line about the last request to a route.</summary>
    public Task<LogEvent> RequestLineAsync(string route) => LogLineAsync(entry =>
        entry.Properties.TryGetValue("Route", out LogEventPropertyValue? value) && value is ScalarValue { Value: string text } && text == route);

    /// <summary>The last line that fits, which may come a moment after what caused it.</summary>
    public async Task<LogEvent> LogLineAsync(Func<LogEvent, bool> fits)
    {
        for (int i = 0; i < 200; i++)
        {
            if (Log.LastOrDefault(fits) is { } line)
                return line;
            await Task.Delay(50);
        }

        throw new TimeoutException($"No such line in the log: {string.Join('\n', Log.Select(entry => entry.RenderMessage()))}");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Client.Dispose();
        base.Dispose(disposing);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach ((string key, string value) in _settings)
            builder.UseSetting(key, value);
        builder.ConfigureServices(services => services.AddSingleton<ILogEventSink>(this));
    }
}
