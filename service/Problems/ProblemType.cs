using System.Globalization;

namespace SpikingDetector.Service.Problems;

/// <summary>
/// A kind of error that the service answers (RFC 9457). Programs tell errors apart by <see cref="Uri"/>, which never
/// changes; people read the title and the detail.
/// </summary>
/// <param name="Name">Last part of the URI.</param>
/// <param name="Status">HTTP status code.</param>
/// <param name="Title">The same words for every error of this kind.</param>
internal sealed record ProblemType(string Name, int Status, string Title)
{
    public static readonly ProblemType MalformedRequest = new("malformed-request", 400, "The request is malformed");
    public static readonly ProblemType InvalidParameter = new("invalid-parameter", 400, "A query parameter is not valid");
    public static readonly ProblemType WrongTask = new("wrong-task", 400, "The model is for another task");
    public static readonly ProblemType Unauthorized = new("unauthorized", 401, "A key is needed");
    public static readonly ProblemType Forbidden = new("forbidden", 403, "The client may not do this");
    public static readonly ProblemType NotFound = new("not-found", 404, "There is nothing at this address");
    public static readonly ProblemType UnknownModel = new("unknown-model", 404, "There is no such model");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "The method is not allowed here");
    public static readonly ProblemType NotAcceptable = new("not-acceptable", 406, "No answer of an accepted type");
    public static readonly ProblemType UploadTimeout = new("upload-timeout", 408, "The body came too slowly");
    public static readonly ProblemType BodyTooLarge = new("body-too-large", 413, "The body has too many bytes");
    public static readonly ProblemType TooManyRows = new("too-many-rows", 413, "The request has too many rows");
    public static readonly ProblemType PictureTooLarge = new("picture-too-large", 413, "The picture has too many pixels");
    public static readonly ProblemType UnsupportedBody = new("unsupported-body", 415, "The body is of a type that is not accepted");
    public static readonly ProblemType UnsupportedFormat = new("unsupported-format", 415, "The file is of a format that is not accepted");
    public static readonly ProblemType Undecodable = new("undecodable-picture", 422, "The picture cannot be decoded");
    public static readonly ProblemType EventsTooLarge = new("events-too-large", 413, "There are too many events");
    public static readonly ProblemType UnusableEvents = new("unusable-events", 422, "The event data cannot be used");
    public static readonly ProblemType RateLimited = new("rate-limited", 429, "The client asks too often");
    public static readonly ProblemType InternalError = new("internal-error", 500, "The service failed");
    public static readonly ProblemType Full = new("full", 503, "The service is full");
    public static readonly ProblemType NotReady = new("not-ready", 503, "The service is not ready");
    public static readonly ProblemType DeadlinePassed = new("deadline-passed", 504, "The deadline has passed");

    /// <summary>The <c>type</c> of the problem details: a name, not an address that can be opened.</summary>
    public string Uri => $"urn:spiking-detector:problem:{Name}";

    /// <summary>What to answer for a bare status code, such as routing gives.</summary>
    public static ProblemType OfStatus(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => UploadTimeout,
        413 => BodyTooLarge,
        415 => UnsupportedBody,
        429 => RateLimited,
        >= 500 => InternalError,
        _ => MalformedRequest with { Status = status },
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status} {Name}");
}
