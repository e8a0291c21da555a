using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Shares blocks of work among as many threads as LibTorch may use. Where LibTorch runs on GNU OpenMP, these are its own
/// threads: for some milliseconds after each operation they spin, waiting for the next, and other threads would have to share
/// the processors with them.
/// </summary>
internal static unsafe class ProcessorTeam
{
    /// <summary>void GOMP_parallel(void (*)(void *), void *, unsigned threads, unsigned flags), or null.</summary>
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> OpenMp = Find();

    /// <summary>Runs <paramref name="block"/> for 0 up to <paramref name="blocks"/>, in no particular order.</summary>
    public static void Run(int blocks, Action<int> block)
    {
        int threads = Math.Min(get_num_threads(), blocks);
        if (threads <= 1)
        {
            for (int i = 0; i < blocks; i++)
                block(i);
        }
        else if (OpenMp is null)
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, block);
        }
        else
        {
            var work = new Work(blocks, block);
            var handle = GCHandle.Alloc(work);
            OpenMp(&TakePart, GCHandle.ToIntPtr(handle), (uint)threads, 0);
            handle.Free();
            work.ThrowIfFailed();
        }
    }

    private static delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> Find()
    {
        // Looks through the libraries that LibTorch was linked with, too.
        return NativeLibrary.TryLoad("libtorch_cpu.so", typeof(ProcessorTeam).Assembly, null, out nint library)
            && NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint address)
            ? (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)address
            : null;
    }

    [UnmanagedCallersOnly]
    private static void TakePart(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).TakePart();

    /// <summary>The blocks of one call; each member of the team takes the next that nobody has.</summary>
    private sealed class Work(int blocks, Action<int> block)
    {
        private int _taken;
        private Exception? _failure;

        public void TakePart()
        {
            try
            {
                for (int i = Interlocked.Increment(ref _taken) - 1; i < blocks; i = Interlocked.Increment(ref _taken) - 1)
                    block(i);
            }
#pragma warning disable CA1031 // Nothing may be thrown into native code; it is thrown again by the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = exception;
            }
        }

        public void ThrowIfFailed()
        {
            if (_failure is not null)
                throw new InvalidOperationException("A block of neurons failed.", _failure);
        }
    }
}
