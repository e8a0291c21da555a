using System.Buffers;
using System.Runtime.InteropServices;

namespace SpikingDetector.Core.Images;

/// <summary>Memory of any content for the pixels of one picture, given back when it is disposed of and not used after that.</summary>
/// <remarks>
/// Small ones, 1920×1080 pixels of RGBA among them, come from the shared pool. Larger ones come from the system and go back there: the
/// pool keeps several of each size for each thread, gigabytes after a few pictures of 50 million pixels.
/// </remarks>
internal sealed unsafe partial class PixelBuffer : IDisposable
{
    /// <summary>Bytes up to which memory is the pool's.</summary>
    public const int LargestPooled = 8 * 1024 * 1024;

    private const int HugePage = 2 * 1024 * 1024;

    private readonly int _length;
    private byte[]? _pooled;
    private nint _native;

    public PixelBuffer(int length)
    {
        _length = length;
        if (length <= LargestPooled)
            _pooled = ArrayPool<byte>.Shared.Rent(length);
        else
            _native = AllocateHuge((nuint)length);
    }

    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    public Span<byte> Bytes => _pooled is { } array
        ? array.AsSpan(0, _length)
        : _native != 0 ? new Span<byte>((void*)_native, _length) : throw new ObjectDisposedException(nameof(PixelBuffer));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } array)
            ArrayPool<byte>.Shared.Return(array);
        NativeMemory.AlignedFree((void*)Interlocked.Exchange(ref _native, 0));
    }

    /// <summary>In pages of 2 MB where the system has them: the first touch of thousands of small ones takes a third of a decoding.</summary>
    private static nint AllocateHuge(nuint length)
    {
        const int UseHugePages = 14;
        void* start = NativeMemory.AlignedAlloc(length, HugePage);
        if (OperatingSystem.IsLinux())
            _ = Advise(start, length, UseHugePages);
        return (nint)start;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
