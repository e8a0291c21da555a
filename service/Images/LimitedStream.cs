using System.Buffers;
using System.IO.Pipelines;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>
/// A request's body that ends the request with 413 when more bytes come than are taken, and with 408 when the client takes too long
/// to send them. Only waiting for the client counts as its time. Dispose of it.
/// </summary>
/// <remarks>
/// The server's own limit of bytes would close the connection at once, and a client that is still sending would see a broken
/// connection instead of the answer. With this one the server reads on for some seconds, and drops what it reads. For that the
/// server's reader has to be left in order, so a read is cancelled by the reader and not by a token.
/// </remarks>
/// <param name="body">The request's body.</param>
/// <param name="limit">Most bytes.</param>
/// <param name="patience">Most time to wait for the client, all reads together.</param>
/// <param name="time">What time it is.</param>
internal sealed class LimitedStream(PipeReader body, long limit, TimeSpan patience, TimeProvider time) : Stream
{
    private long _read;
    private TimeSpan _waited;
    private ITimer? _timer;

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

    /// <summary>From here on the client has all of its time again: another file of the same body begins.</summary>
    public void RenewPatience() => _waited = TimeSpan.Zero;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult result = await ReadAsync(cancellationToken);
        int count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        body.AdvanceTo(taken.End);
        _read += count;
        return _read <= limit ? count : throw TooLarge(limit);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Bodies are read asynchronously only.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _timer?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadInTimeAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is OverflowException)
        {
            // What the server says to a chunk of more than 31 bits; all else that is wrong with chunks it calls a bad request itself.
            throw new BadHttpRequestException("Bad chunk size data.", exception);
        }
    }

    private async ValueTask<ReadResult> ReadInTimeAsync(CancellationToken cancellationToken)
    {
        ValueTask<ReadResult> reading = body.ReadAsync(cancellationToken);
        if (reading.IsCompleted)
            return Checked(await reading);

        long started = time.GetTimestamp();
        _timer ??= time.CreateTimer(
            static reader => ((PipeReader)reader!).CancelPendingRead(), body, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(_waited < patience ? patience - _waited : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        ReadResult result = await reading;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _waited += time.GetElapsedTime(started);
        return Checked(result);
    }

    /// <exception cref="ProblemException">The read was cancelled, which only the timer does.</exception>
    private ReadResult Checked(ReadResult result)
    {
        if (!result.IsCanceled)
            return result;

        body.AdvanceTo(result.Buffer.Start);
        throw new ProblemException(
            ProblemType.UploadTimeout,
            FormattableString.Invariant($"The body was not here within {patience.TotalSeconds} s: send a smaller file, or over a faster connection."));
    }
}
