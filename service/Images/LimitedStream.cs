using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>A request's body that ends the request with 413 when more bytes come than are taken.</summary>
/// <remarks>
/// The server's own limit would close the connection at once, and a client that is still sending would see a broken
/// connection instead of the answer. With this one the server reads on for some seconds, and drops what it reads.
/// </remarks>
internal sealed class LimitedStream(Stream body, long limit) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>What is said about a body that is too large.</summary>
    public static ProblemException TooLarge(long limit) => new(
        ProblemType.BodyTooLarge, $"The body has more than the {limit} bytes that are taken: send a smaller file.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= limit ? read : throw TooLarge(limit);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Bodies are read asynchronously only.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
