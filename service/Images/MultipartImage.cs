using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// The picture or recording of a form. Read part by part instead of as a whole form, which would put every picture of more than
/// 64 KiB on the disk first.
/// </summary>
internal static class MultipartImage
{
    private const int LongestBoundary = 70; // RFC 2046, 5.1.1
    private const int MostParts = 32;

    /// <summary>Reads the form to its end and puts the bytes of its picture into <paramref name="image"/>.</summary>
    /// <exception cref="ProblemException">The form is malformed, or does not hold exactly one picture.</exception>
    public static async Task ReadAsync(Stream body, MediaTypeHeaderValue type, ImageBody image, CancellationToken cancellationToken)
    {
        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary)
        {
            throw Malformed(
                $"the content type multipart/form-data needs a boundary of 1 to {LongestBoundary} characters; most HTTP "
                + "libraries set it where the content type is left to them");
        }

        try
        {
            await ReadPartsAsync(new MultipartReader(boundary, body), image, cancellationToken);
        }
        catch (BadHttpRequestException)
        {
            throw; // Too slow, or broken HTTP: not the form's fault.
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw Malformed("it ends before its last boundary, or a part's headers are broken");
        }
    }

    private static async Task ReadPartsAsync(MultipartReader reader, ImageBody image, CancellationToken cancellationToken)
    {
        bool found = false;
        int parts = 0;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            if (++parts > MostParts)
                throw Malformed($"it has more than {MostParts} parts; send the file alone");
            if (!IsPicture(part))
                continue;
            if (found)
                throw Malformed("it has more than one picture or recording; send one a request");

            found = true;
            await image.AppendAsync(part.Body, cancellationToken);
        }

        if (!found)
            throw Malformed("it has no field image (or file, or events) that holds the picture or recording");
    }

    private static bool IsPicture(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition)
        && HeaderUtilities.RemoveQuotes(disposition.Name).Value is "image" or "file" or "events";

    private static ProblemException Malformed(string reason) =>
        new(ProblemType.MalformedRequest, $"The form cannot be used: {reason}.");
}
