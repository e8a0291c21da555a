using System.Net;
using System.Text;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>A body that goes on for longer than a second, and only then ends.</summary>
internal sealed class SlowContent : HttpContent
{
    private const int Pieces = 16;

    private readonly byte[] _start;

    public SlowContent(string start, string contentType)
    {
        _start = Encoding.UTF8.GetBytes(start);
        Headers.TryAddWithoutValidation("Content-Type", contentType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_start);
        for (int i = 0; i < Pieces; i++)
        {
            await stream.WriteAsync(" "u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(100);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
