using System.Buffers;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Service.Requests;

/// <summary>Answers a picture's file.</summary>
internal sealed class PictureAnswer(EncodedPicture picture, string type) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (picture)
        {
            HttpResponse response = httpContext.Response;
            response.ContentType = type;
            response.ContentLength = picture.Bytes.Length;
            response.BodyWriter.Write(picture.Bytes);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
