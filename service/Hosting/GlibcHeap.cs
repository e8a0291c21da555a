using System.Runtime.InteropServices;

namespace SpikingDetector.Service.Hosting;

/// <summary>
/// How glibc keeps native memory. Left to itself it makes up to eight arenas a processor and, once a large block was freed, keeps tens of
/// megabytes in each; what decoding takes and frees on one thread of the pool after the other then leaves holes in all of them.
/// </summary>
internal static unsafe class GlibcHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int ArenasAtMost = -8;

    /// <summary>
    /// Lets all threads share the arenas that there are, or two, and gives back what is free at their ends. To be called first of all: an
    /// arena that a thread of the runtime has made stays.
    /// </summary>
    public static void Tune()
    {
        if (Find("mallopt") is not { } address)
            return;
        var set = (delegate* unmanaged<int, int, int>)address;
        _ = set(ArenasAtMost, 2);
        _ = set(TrimThreshold, 256 * 1024);
        _ = set(MapThreshold, 1024 * 1024);
    }

    /// <summary>Gives back the holes, too.</summary>
    public static void Trim()
    {
        if (Find("malloc_trim") is { } address)
            _ = ((delegate* unmanaged<nuint, int>)address)(0);
    }

    /// <summary>A function of glibc; null on other systems.</summary>
    private static nint? Find(string name) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : null;
}
