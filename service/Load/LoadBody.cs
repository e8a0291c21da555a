using System.Net.Http.Headers;
using System.Text;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Load;

/// <summary>A request's body, made before the load begins, so that making it takes no time from the service.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Type">Its content type.</param>
internal sealed record LoadBody(byte[] Bytes, MediaTypeHeaderValue Type)
{
    private const string Boundary = "spiking-detector-load-8f2c1b7e";

    /// <summary>A picture or recording in one of the forms that the service takes.</summary>
    /// <param name="file">Content of the file; what it is is told by its first bytes, and a file that is neither is sent as it is.</param>
    /// <param name="form">How to send it.</param>
    public static LoadBody Of(byte[] file, BodyForm form)
    {
        string field = EventFormats.Detect(file) is null ? "image" : "events";
        return form switch
        {
            BodyForm.Raw => new LoadBody(file, new MediaTypeHeaderValue(MediaTypeOf(file))),
            BodyForm.Json => new LoadBody(
                Encoding.ASCII.GetBytes($"{{\"{field}\": \"{Convert.ToBase64String(file)}\"}}"),
                new MediaTypeHeaderValue("application/json")),
            _ => new LoadBody(Multipart(file, field), MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}")),
        };
    }

    private static byte[] Multipart(byte[] file, string field) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{field}\"\r\n"
            + $"Content-Type: {MediaTypeOf(file)}\r\n\r\n"),
        .. file,
        .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"),
    ];

    private static string MediaTypeOf(byte[] file) => PictureFormats.Detect(file) switch
    {
        PictureFormat.Jpeg => "image/jpeg",
        PictureFormat.Png => "image/png",
        PictureFormat.WebP => "image/webp",
        PictureFormat.Bmp => "image/bmp",
        _ => "application/octet-stream",
    };
}
