using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Edge;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// Takes the bytes of the one picture or recording out of a request: of a form, of the body itself, or of JSON. Whether they are
/// one is for the decoder to say, by what they are and not by what a header calls them.
/// </summary>
internal sealed class ImageBodyReader(IOptions<ImageOptions> options, IOptions<ServerOptions> server, TimeProvider time)
{
    private const string PictureForms =
        "send the picture as multipart/form-data (field image), as the body itself with its type, such as image/jpeg, "
        + "or as JSON {\"image\": \"<base64>\"} with application/json";

    private const string EventForms =
        "send the event data as multipart/form-data (field events), as the body itself with application/octet-stream, "
        + "or as JSON {\"events\": \"<base64>\"} with application/json";

    /// <summary>The uploaded file, not yet decoded and not empty; dispose of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="events">
    /// Whether event data are expected. None of their formats has a media type, so the body itself is taken then as
    /// application/octet-stream too.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ProblemException">The request does not hold one file.</exception>
    /// <exception cref="BadHttpRequestException">The body is cut short or too slow.</exception>
    public async Task<ImageBody> ReadAsync(HttpRequest request, bool events, CancellationToken cancellationToken)
    {
        TakeOverLimit(request);
        MediaTypeHeaderValue type = CheckHeaders(request, events);
        using var upload = new LimitedStream(
            request.BodyReader, options.Value.MaxBodyBytes, TimeSpan.FromSeconds(server.Value.BodyTimeoutSeconds), time);
        var body = new ImageBody((int)(request.ContentLength ?? 0));
        try
        {
            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
                await MultipartImage.ReadAsync(upload, type, body, cancellationToken);
            else
                await body.AppendAsync(upload, cancellationToken);
            if (IsJson(type))
                JsonImage.Extract(body);
            return body.Length > 0
                ? body
                : throw new ProblemException(ProblemType.MalformedRequest, $"The file is empty; expected {(events ? EventFormats.Names : PictureFormats.Names)}.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The server's limit gives way to <see cref="LimitedStream"/>.</summary>
    private static void TakeOverLimit(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    private MediaTypeHeaderValue CheckHeaders(HttpRequest request, bool events)
    {
        if (request.ContentLength > options.Value.MaxBodyBytes)
            throw LimitedStream.TooLarge(options.Value.MaxBodyBytes);

        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The body has a content encoding, and none is taken: send the file as it is.");
        }

        string forms = events ? EventForms : PictureForms;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request has no content type: {forms}.");

        bool isForm = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        bool isPicture = type.Type.Equals("image", StringComparison.OrdinalIgnoreCase);
        bool isEvents = events && type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);
        if (!isForm && !isPicture && !isEvents && !IsJson(type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request's content type is not taken: {forms}.");

        if (IsJson(type) && type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The JSON is not in UTF-8 by its charset: JSON between programs is always UTF-8.");
        }

        return type;
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
