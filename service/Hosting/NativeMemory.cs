using System.Runtime.InteropServices;

namespace SpikingDetector.Service.Hosting;

/// <summary>
/// How glibc keeps native memory. Left to itself it makes up to eight arenas a processor and, once a large block was freed, keeps tens of
/// megabytes in each; what decoding takes and frees on one thread of the pool after the other then leaves holes in all of them.
/// </summary>
internal static class NativeMemory
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int ArenasAtMost = -8;

    /// <summary>
    /// Lets all threads share the arenas that there are, or two, and gives back what is free at their ends. To be called first of all: an
    /// arena that a thread of the runtime has made stays.
    /// </summary>
    public static unsafe void Tune()
    {
        if (!OperatingSystem.IsLinux()
            || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "mallopt", out nint address))
            return;
        var set = (delegate* unmanaged<int, int, int>)address;
        _ = set(ArenasAtMost, 2);
        _ = set(TrimThreshold, 256 * 1024);
        _ = set(MapThreshold, 1024 * 1024);
    }
}
