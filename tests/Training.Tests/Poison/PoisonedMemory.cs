using System.Runtime.InteropServices;
using static TorchSharp.torch;

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

    private static int _runs;

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
            FillSurroundings();
            action();
        }
        finally
        {
            Assert.Equal(1, mallopt(OverwriteFreed, 0));
        }

        action();
    }

    /// <summary>
    /// Blocks of all sizes, held together and freed, for the sake of what is read beside a block: many small ones each
    /// time, large ones, which take long, only once in a while.
    /// </summary>
    private static void FillSurroundings()
    {
        long largest = _runs++ % 100 == 0 ? 1 << 20 : 1 << 14;
        var blocks = new List<Tensor>();
        for (long elements = 16; elements <= largest; elements *= 2)
        {
            for (int i = 0; i < 16; i++)
                blocks.Add(empty([elements]));
        }

        foreach (Tensor block in blocks)
            block.Dispose();
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mallopt(int option, int value);
}
