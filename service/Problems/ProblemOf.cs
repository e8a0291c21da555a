using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Problems;

/// <summary>What to tell a client about what ended its request, or one file of it.</summary>
internal static class ProblemOf
{
    /// <summary>The problem that an exception stands for; null for one that nobody foresaw.</summary>
    public static ProblemException? Exception(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        PictureException picture => new ProblemException(TypeOf(picture.Error), picture.Message),
        EventDataException events => new ProblemException(TypeOf(events.Error), events.Message),
        BadHttpRequestException bad => new ProblemException(
            ProblemType.OfStatus(bad.StatusCode), $"The server refused the request: {bad.Message.TrimEnd('.')}."),
        _ => null,
    };

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
