namespace SpikingDetector.Service.Problems;

internal sealed partial class ProblemExceptionHandler
{
    [LoggerMessage(100, LogLevel.Error, "A request failed for a reason that nobody foresaw")]
    private partial void LogUnforeseen(Exception exception);
}
