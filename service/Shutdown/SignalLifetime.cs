using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace SpikingDetector.Service.Shutdown;

/// <summary>
/// Ends the service by signals. SIGTERM comes from whatever runs the service, which needs a moment until it sends its requests
/// elsewhere: the service turns not ready, goes on for the grace period and then stops. SIGINT and SIGQUIT come from a terminal and
/// stop it at once, as a second signal of any kind does. In both cases the server then takes no more connections and answers what it
/// has accepted.
/// </summary>
internal sealed partial class SignalLifetime(
    ShutdownState state,
    IOptions<ShutdownOptions> options,
    IOptions<HostOptions> host,
    IHostApplicationLifetime application,
    TimeProvider time,
    ILogger<SignalLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private ITimer? _grace;
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        host.Value.ShutdownTimeout = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _grace?.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true; // The process ends when the host has.
        End(withGrace: context.Signal == PosixSignal.SIGTERM);
    }

    /// <summary>Begins to end the service; at once where it is ending already.</summary>
    internal void End(bool withGrace)
    {
        state.Begin();
        var grace = TimeSpan.FromSeconds(options.Value.GraceSeconds);
        if (Interlocked.Increment(ref _signals) == 1 && withGrace && grace > TimeSpan.Zero)
        {
            LogGrace(grace.TotalSeconds);
            _grace = time.CreateTimer(_ => application.StopApplication(), null, grace, Timeout.InfiniteTimeSpan);
            return;
        }

        LogStops();
        application.StopApplication();
    }
}
