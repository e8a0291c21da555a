using Microsoft.AspNetCore.Diagnostics;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

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

    private Task WriteAsync(HttpContext httpContext, Exception exception) =>
        exception switch
        {
            ProblemException problem => writer.WriteAsync(httpContext, problem.Type, problem.Message, problem.RetryAfter),
            PictureException picture => writer.WriteAsync(httpContext, TypeOf(picture.Error), picture.Message),
            EventDataException events => writer.WriteAsync(httpContext, TypeOf(events.Error), events.Message),
            BadHttpRequestException bad => writer.WriteAsync(
                httpContext, ProblemType.OfStatus(bad.StatusCode), $"The server refused the request: {bad.Message.TrimEnd('.')}."),
            _ => WriteUnforeseenAsync(httpContext, exception),
        };

    private Task WriteUnforeseenAsync(HttpContext context, Exception exception)
    {
        LogUnforeseen(exception);
        return writer.WriteAsync(
            context, ProblemType.InternalError, "Something went wrong in the service; its log has more. The request was not at fault.");
    }

    private static ProblemType TypeOf(PictureError error) => error switch
    {
        PictureError.Empty => ProblemType.MalformedRequest,
        PictureError.UnsupportedFormat => ProblemType.UnsupportedFormat,
        PictureError.TooLarge => ProblemType.PictureTooLarge,
        _ => ProblemType.Undecodable,
    };

    private static ProblemType TypeOf(EventDataError error) => error switch
    {
        EventDataError.Empty => ProblemType.MalformedRequest,
        EventDataError.UnsupportedFormat => ProblemType.UnsupportedFormat,
        EventDataError.TooLarge => ProblemType.EventsTooLarge,
        _ => ProblemType.UnusableEvents,
    };
}
