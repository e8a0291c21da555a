using System.Runtime.InteropServices;

namespace SpikingDetector.Service.Hosting;

internal static class NativeMemory
{
    /// <summary>
    /// Lets all threads share two pools of native memory. glibc otherwise keeps up to eight a processor, and what decoding takes
    /// and frees on one thread of the pool after the other would leave holes in all of them.
    /// </summary>
    public static unsafe WebApplicationBuilder ShareNativeMemory(this WebApplicationBuilder builder)
    {
        const int ArenasAtMost = -8;
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libc.so.6", out nint library)
            && NativeLibrary.TryGetExport(library, "mallopt", out nint address))
        {
            _ = ((delegate* unmanaged<int, int, int>)address)(ArenasAtMost, 2);
        }

        return builder;
    }
}
