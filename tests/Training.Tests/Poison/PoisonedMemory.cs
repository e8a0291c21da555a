using System.Runtime.InteropServices;

namespace SpikingDetector.Training.Tests.Poison;

/// <summary>
/// Lets code run in memory that is full of NaN, so that whoever reads what nobody wrote gets NaN. Memory fresh from the
/// system is zero, which hides such a fault.
/// </summary>
internal static class PoisonedMemory
{
    /// <summary>glibc's M_PERTURB: what is freed is overwritten with the byte given; 0 turns it off.</summary>
    private const int OverwriteFreed = -6;

    /// <summary>glibc's M_TRIM_THRESHOLD and M_MMAP_THRESHOLD: how much freed memory goes back to the system.</summary>
    private const int GiveBack = -1;
    private const int TakeFromSystem = -3;
    private const int LargestKept = 32 << 20;

    /// <summary>Bytes that make any float32 and bfloat16 a NaN.</summary>
    private const int NaN = 0xFF;

    /// <summary>
    /// Runs an action twice. The first run leaves all memory that it used and freed full of NaN; the second run, being
    /// the same, gets this memory again. Both must free what they take.
    /// </summary>
    public static void Run(Action action)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only glibc can fill freed memory");
        Assert.Equal(1, mallopt(GiveBack, int.MaxValue));
        Assert.Equal(1, mallopt(TakeFromSystem, LargestKept));
        Assert.Equal(1, mallopt(OverwriteFreed, NaN));
        try
        {
            action();
        }
        finally
        {
            Assert.Equal(1, mallopt(OverwriteFreed, 0));
        }

        action();
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mallopt(int option, int value);
}
