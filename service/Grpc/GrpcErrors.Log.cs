namespace SpikingDetector.Service.Grpc;

internal sealed partial class GrpcErrors
{
    [LoggerMessage(110, LogLevel.Error, "A call failed for a reason that nobody foresaw")]
    private partial void LogUnforeseen(Exception exception);
}
