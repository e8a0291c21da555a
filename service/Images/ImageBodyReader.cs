using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// Takes the bytes of the one picture out of a request: of a form, of the body itself, or of JSON. Whether they are a
/// picture is for the decoder to say, by what they are and not by what a header calls them.
/// </summary>
internal sealed class ImageBodyReader(IOptions<ImageOptions> options)
{
    private const string AcceptedTypes =
        "send the picture as multipart/form-data (field image), as the body itself with its type, such as image/jpeg, "
        + "or as JSON {\"image\": \"<base64>\"} with application/json";

    /// <summary>The picture's file, not yet decoded and not empty; dispose of it.</summary>
    /// <exception cref="ProblemException">The request does not hold one picture.</exception>
    /// <exception cref="BadHttpRequestException">The body is cut short or too slow.</exception>
    public async Task<ImageBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        TakeOverLimit(request);
        MediaTypeHeaderValue type = CheckHeaders(request);
        var upload = new LimitedStream(request.Body, options.Value.MaxBodyBytes);
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
                : throw new ProblemException(ProblemType.MalformedRequest, $"The picture is empty; expected a file of {PictureFormats.Names}.");
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

    private MediaTypeHeaderValue CheckHeaders(HttpRequest request)
    {
        if (request.ContentLength > options.Value.MaxBodyBytes)
            throw LimitedStream.TooLarge(options.Value.MaxBodyBytes);

        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The body has a content encoding, and none is taken: send the picture's file as it is.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request has no content type: {AcceptedTypes}.");

        bool isForm = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        bool isPicture = type.Type.Equals("image", StringComparison.OrdinalIgnoreCase);
        if (!isForm && !isPicture && !IsJson(type))
            throw new ProblemException(ProblemType.UnsupportedBody, $"The request's content type is not taken: {AcceptedTypes}.");

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
