using System.Net;
using System.Text;

namespace SpikingDetector.Service.Tests;

/// <summary>A body that comes in pieces of a few bytes, so that every token of it is cut somewhere.</summary>
internal sealed class TricklingContent(string text) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int start = 0, length = 1; start < bytes.Length; start += length, length = 1 + (length + 7) % 97)
        {
            await stream.WriteAsync(bytes.AsMemory(start, Math.Min(length, bytes.Length - start)));
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
