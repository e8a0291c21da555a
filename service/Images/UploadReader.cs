using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Service.Edge;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// Takes the bytes of pictures or recordings out of a request: of a form, of the body itself, or of JSON. Whether they are
/// such is for the decoder to say, by what they are and not by what a header calls them.
/// </summary>
internal sealed class UploadReader(IOptions<ImageOptions> options, IOptions<ServerOptions> server, TimeProvider time)
{
    private const string PictureForms =
        "send the picture as multipart/form-data (field image), as the body itself with its type, such as image/jpeg, "
        + "or as JSON {\"image\": \"<base64>\"} with application/json";

    private const string EventForms =
        "send the event data as multipart/form-data (field events), as the body itself with application/octet-stream, "
        + "or as JSON {\"events\": \"<base64>\"} with application/json";

    /// <summary>Begins to read the files of a request; dispose of what it gives.</summary>
    /// <param name="request">The request.</param>
    /// <param name="events">
    /// Whether event data are expected. None of their formats has a media type, so the body itself is taken then as
    /// application/octet-stream too.
    /// </param>
    /// <param name="streamed">
    /// Whether each file is dealt with as it comes, so that only the bytes of each are bounded and the number of files is not.
    /// </param>
    /// <param name="fields">Takes the texts of a form; null where none are of interest.</param>
    /// <exception cref="ProblemException">The headers tell already that there is no file that can be taken.</exception>
    public Uploads Open(HttpRequest request, bool events, bool streamed, IFormFields? fields = null)
    {
        TakeOverLimit(request);
        MediaTypeHeaderValue type = CheckHeaders(request, events);
        ImageOptions images = options.Value;
        UploadLimits limits = streamed && IsForm(type)
            ? new UploadLimits(images.MaxStreamBytes, images.MaxBodyBytes, null)
            : new UploadLimits(images.MaxBodyBytes, images.MaxBodyBytes, images.MaxFilesPerRequest);
        if (request.ContentLength > limits.BodyBytes)
            throw LimitedStream.TooLarge(limits.BodyBytes);

        var body = new LimitedStream(request.BodyReader, limits.BodyBytes, TimeSpan.FromSeconds(server.Value.BodyTimeoutSeconds), time);
        return new Uploads(body, type, limits, events, (int)Math.Min(request.ContentLength ?? 0, int.MaxValue), fields);
    }

    public static bool IsForm(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    public static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The server's limit gives way to <see cref="LimitedStream"/>.</summary>
    private static void TakeOverLimit(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    private static MediaTypeHeaderValue CheckHeaders(HttpRequest request, bool events)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The body has a content encoding, and none is taken: send the file as it is.");
        }

        string forms = events ? EventForms : PictureForms;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request has no content type: {forms}.");

        bool isPicture = type.Type.Equals("image", StringComparison.OrdinalIgnoreCase);
        bool isEvents = events && type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);
        if (!IsForm(type) && !isPicture && !isEvents && !IsJson(type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request's content type is not taken: {forms}.");

        if (IsJson(type) && type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The JSON is not in UTF-8 by its charset: JSON between programs is always UTF-8.");
        }

        return type;
    }
}
