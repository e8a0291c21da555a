using System.Globalization;
using Grpc.Core;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Grpc;

/// <summary>The service's errors as gRPC tells them.</summary>
internal static class GrpcStatus
{
    /// <summary>Tells a client with a retry policy how long to wait, in milliseconds.</summary>
    private const string RetryAfter = "grpc-retry-pushback-ms";

    public static RpcException Of(ProblemException problem)
    {
        var trailers = new Metadata();
        if (problem.RetryAfter is { } delay)
            trailers.Add(RetryAfter, delay.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture));
        return new RpcException(new Status(CodeOf(problem.Type), problem.Message), trailers);
    }

    private static StatusCode CodeOf(ProblemType type)
    {
        if (type == ProblemType.Full)
            return StatusCode.ResourceExhausted;
        return type.Status switch
        {
            StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
            StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
            StatusCodes.Status404NotFound => StatusCode.NotFound,
            StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
            StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
            StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
            >= 500 => StatusCode.Internal,
            _ => StatusCode.InvalidArgument,
        };
    }
}
