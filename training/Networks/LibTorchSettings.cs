using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>Settings of LibTorch that TorchSharp has no call for.</summary>
internal static unsafe class LibTorchSettings
{
    /// <summary>
    /// Turns NNPACK off: on processors that it does not know LibTorch tries it at every convolution of a single-threaded
    /// run and prints a warning each time.
    /// </summary>
    public static void DisableNnpack()
    {
        // Loads the native library.
        _ = get_num_threads();
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libtorch_cpu.so", typeof(LibTorchSettings).Assembly, null, out nint library))
            return;
        if (NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out nint context)
            && NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out nint setter))
        {
            ((delegate* unmanaged<nint, byte, void>)setter)(((delegate* unmanaged<nint>)context)(), 0);
        }
    }

    /// <summary>
    /// Keeps freed memory for the next step instead of giving it back to the system: glibc maps and unmaps blocks of 32 MB and
    /// more one by one, and the first touch of each of their pages is then a fault, which took a quarter of a step's time.
    /// </summary>
    public static void KeepFreedMemory()
    {
        const int TrimThreshold = -1;
        const int MapsAtMost = -4;
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "mallopt", out nint address))
        {
            return;
        }

        var set = (delegate* unmanaged<int, int, int>)address;
        _ = set(MapsAtMost, 0);
        _ = set(TrimThreshold, int.MaxValue);
    }
}
