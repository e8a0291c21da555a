using System.Buffers;

namespace SpikingDetector.Service.Images;

/// <summary>
/// A growing array of bytes from the shared pool: an uploaded picture never goes to disk, and the next request uses
/// the same memory. Dispose of it to give the memory back.
/// </summary>
internal sealed class ImageBody(int expectedBytes) : IDisposable
{
    private const int SmallestRent = 1 << 12;

    /// <summary>A header may promise more than ever comes, so no more than this is taken on its word.</summary>
    private const int LargestFirstRent = 1 << 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Math.Clamp(expectedBytes, SmallestRent, LargestFirstRent));

    public int Length { get; private set; }

    public Span<byte> Bytes => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Appends all that the stream still holds; false where that would be more than <paramref name="most"/> bytes in all.</summary>
    public async Task<bool> AppendAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Length == _bytes.Length)
                Grow();
            int read = await stream.ReadAsync(_bytes.AsMemory(Length), cancellationToken);
            if (read == 0)
                return true;
            Length += read;
            if (Length > most)
                return false;
        }
    }

    /// <summary>Keeps the bytes from <paramref name="start"/> on, <paramref name="length"/> of them, and drops the rest.</summary>
    public void Keep(int start, int length)
    {
        Bytes.Slice(start, length).CopyTo(_bytes);
        Length = length;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_bytes.Length * 2));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
