using System.Net;

namespace SpikingDetector.Service.Tests.Soak;

/// <summary>A body that comes in pieces with pauses between them.</summary>
internal sealed class SlowContent(byte[] body, int pieces, TimeSpan pause) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (byte[] piece in body.Chunk(body.Length / pieces + 1))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
            await Task.Delay(pause);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
