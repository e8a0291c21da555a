using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// The pictures or recordings of a form. Read part by part instead of as a whole form, which would put every picture of more than
/// 64 KiB on the disk first.
/// </summary>
internal sealed class MultipartUploads
{
    private const int LongestBoundary = 70; // RFC 2046, 5.1.1
    private const int MostOtherParts = 32;
    private const int LongestName = 255;
    private const int LongestField = 1024;

    private readonly MultipartReader _reader;
    private readonly IFormFields? _fields;
    private int _otherParts;

    /// <param name="body">The form.</param>
    /// <param name="type">The request's content type, with the boundary.</param>
    /// <param name="fields">Takes its texts; null where none are of interest.</param>
    /// <exception cref="ProblemException">There is no usable boundary.</exception>
    public MultipartUploads(Stream body, MediaTypeHeaderValue type, IFormFields? fields)
    {
        _fields = fields;
        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary)
        {
            throw Malformed(
                $"the content type multipart/form-data needs a boundary of 1 to {LongestBoundary} characters; most HTTP "
                + "libraries set it where the content type is left to them");
        }

        _reader = new MultipartReader(boundary, body);
    }

    /// <summary>Reads on to the next file and puts it into <paramref name="body"/>; null at the end of the form.</summary>
    /// <exception cref="ProblemException">The form is malformed, holds no file, or too many.</exception>
    public async Task<Upload?> NextAsync(ImageBody body, int index, UploadLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (FileOf(part) is { } file)
                    return await ReadAsync(part, file, body, index, limits, cancellationToken);
                if (++_otherParts > MostOtherParts)
                    throw Malformed($"it has more than {MostOtherParts} parts that are no file");
                if (_fields is not null && FieldOf(part) is { } name && _fields.Has(name))
                    _fields.Set(name, await ReadTextAsync(part, name, cancellationToken));
            }
        }
        catch (BadHttpRequestException)
        {
            throw; // Too slow, or broken HTTP: not the form's fault.
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw Malformed("it ends before its last boundary, or a part's headers are broken");
        }

        return index > 0
            ? null
            : throw Malformed("it has no field image (or file, or events) that holds the picture or recording");
    }

    private static async Task<Upload> ReadAsync(
        MultipartSection part,
        ContentDispositionHeaderValue file,
        ImageBody body,
        int index,
        UploadLimits limits,
        CancellationToken cancellationToken)
    {
        if (index == limits.Files)
        {
            throw Malformed(
                $"it has more than {limits.Files} pictures or recordings; send fewer, or ask for {Requests.AnswerType.NdJson}, which has no such limit");
        }

        bool whole = await body.AppendAsync(part.Body, limits.FileBytes, cancellationToken);
        return new Upload(body, index, NameOf(file), whole ? null : LimitedStream.TooLarge(limits.FileBytes));
    }

    private static ContentDispositionHeaderValue? FileOf(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            && Decoded(disposition, value => value.Name) is "image" or "file" or "events"
                ? disposition
                : null;

    private static string? FieldOf(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            ? Decoded(disposition, value => value.Name)
            : null;

    private static async Task<string> ReadTextAsync(MultipartSection part, string name, CancellationToken cancellationToken)
    {
        using var text = new ImageBody(LongestField);
        return await text.AppendAsync(part.Body, LongestField, cancellationToken)
            ? Encoding.UTF8.GetString(text.Bytes)
            : throw Malformed($"its field {name} has more than {LongestField} bytes");
    }

    private static string? NameOf(ContentDispositionHeaderValue file)
    {
        string? name = Decoded(file, value => value.FileNameStar.HasValue ? value.FileNameStar : value.FileName);
        if (string.IsNullOrEmpty(name))
            return null;
        return name.Length > LongestName ? name[..LongestName] : name;
    }

    /// <summary>A text of the header; null where it says that it is in UTF-7, which the runtime refuses to decode.</summary>
    private static string? Decoded(ContentDispositionHeaderValue header, Func<ContentDispositionHeaderValue, StringSegment> text)
    {
        try
        {
            return HeaderUtilities.RemoveQuotes(text(header)).Value;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static ProblemException Malformed(string reason) =>
        new(ProblemType.MalformedRequest, $"The form cannot be used: {reason}.");
}
