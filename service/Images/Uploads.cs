using Microsoft.Net.Http.Headers;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>The files of one request, read one after the other as they come in.</summary>
internal sealed class Uploads : IDisposable
{
    private readonly LimitedStream _body;
    private readonly UploadLimits _limits;
    private readonly bool _events;
    private readonly bool _json;
    private readonly int _expectedBytes;
    private readonly MultipartUploads? _form;
    private int _read;

    /// <param name="body">The request's body; disposed of with this.</param>
    /// <param name="type">What its header says.</param>
    /// <param name="limits">How much is read.</param>
    /// <param name="events">Whether event data are expected; for what is said about an empty file.</param>
    /// <param name="expectedBytes">What the header promises, or 0.</param>
    /// <param name="fields">Takes the texts of a form; null where none are of interest.</param>
    public Uploads(
        LimitedStream body, MediaTypeHeaderValue type, UploadLimits limits, bool events, int expectedBytes, IFormFields? fields)
    {
        _body = body;
        _limits = limits;
        _events = events;
        _expectedBytes = expectedBytes;
        _json = UploadReader.IsJson(type);
        _form = UploadReader.IsForm(type) ? new MultipartUploads(body, type, fields) : null;
    }

    /// <summary>The next file; null where there are no more. Dispose of it.</summary>
    /// <exception cref="ProblemException">The body is malformed, holds no file, or too many.</exception>
    /// <exception cref="BadHttpRequestException">The body is cut short or too slow.</exception>
    public async Task<Upload?> NextAsync(CancellationToken cancellationToken)
    {
        if (_form is null && _read > 0)
            return null;

        if (_limits.Files is null)
            _body.RenewPatience();
        var body = new ImageBody(_form is null ? _expectedBytes : 0);
        try
        {
            Upload? upload = _form is null
                ? await ReadWholeAsync(body, cancellationToken)
                : await _form.NextAsync(body, _read, _limits, cancellationToken);
            if (upload is null)
                body.Dispose();
            else if (upload.Length == 0)
                upload = new Upload(body, upload.Index, upload.Name, Empty());
            _read++;
            return upload;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose() => _body.Dispose();

    private async Task<Upload> ReadWholeAsync(ImageBody body, CancellationToken cancellationToken)
    {
        if (!await body.AppendAsync(_body, _limits.FileBytes, cancellationToken))
            throw LimitedStream.TooLarge(_limits.FileBytes);
        if (_json)
            JsonImage.Extract(body);
        return new Upload(body, 0);
    }

    private ProblemException Empty() => new(
        ProblemType.MalformedRequest, $"The file is empty; expected {(_events ? EventFormats.Names : PictureFormats.Names)}.");
}
