using Microsoft.AspNetCore.Diagnostics;

namespace SpikingDetector.Service.Problems;

/// <summary>Turns whatever ended a request into problem details.</summary>
internal sealed partial class ProblemExceptionHandler(ProblemWriter writer, ILogger<ProblemExceptionHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
            return GiveUp(httpContext);
        try
        {
            await WriteAsync(httpContext, exception);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return GiveUp(httpContext);
        }

        return true;
    }

    /// <summary>The client has gone, before or while it was answered; there is nobody to tell.</summary>
    private static bool GiveUp(HttpContext context)
    {
        if (!context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        return true;
    }

    private Task WriteAsync(HttpContext httpContext, Exception exception) => ProblemOf.Exception(exception) is { } problem
        ? writer.WriteAsync(httpContext, problem.Type, problem.Message, problem.RetryAfter)
        : WriteUnforeseenAsync(httpContext, exception);

    private Task WriteUnforeseenAsync(HttpContext context, Exception exception)
    {
        LogUnforeseen(exception);
        return writer.WriteAsync(
            context, ProblemType.InternalError, "Something went wrong in the service; its log has more. The request was not at fault.");
    }
}
