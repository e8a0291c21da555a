namespace SpikingDetector.Service.Shutdown;

internal sealed partial class SignalLifetime
{
    [LoggerMessage(300, LogLevel.Information, "The service will stop in {Seconds} s; until then it goes on, no longer ready")]
    private partial void LogGrace(double seconds);

    [LoggerMessage(301, LogLevel.Information, "The service stops; what it has accepted is answered first")]
    private partial void LogStops();
}
