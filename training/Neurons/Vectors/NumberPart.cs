using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Fewer than sixteen numbers, at the end of memory. Not inlined: a vector whose address is taken does not stay in a register.
/// </summary>
internal static unsafe class NumberPart
{
    private const int VectorBytes = 64;

    /// <summary>Reads <paramref name="count"/> numbers from number <paramref name="index"/> on; the rest are 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<float> Load<TFormat>(void* memory, long index, int count)
        where TFormat : struct, INumberFormat
    {
        byte* part = stackalloc byte[VectorBytes];
        new Span<byte>(part, VectorBytes).Clear();
        new ReadOnlySpan<byte>((byte*)memory + index * TFormat.Size, count * TFormat.Size).CopyTo(new Span<byte>(part, VectorBytes));
        return TFormat.Load(part, 0);
    }

    /// <summary>Writes the first <paramref name="count"/> numbers, rounded to the nearest of the format.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<TFormat>(void* memory, long index, Vector512<float> values, int count)
        where TFormat : struct, INumberFormat
    {
        byte* part = stackalloc byte[VectorBytes];
        TFormat.Store(part, 0, values);
        new ReadOnlySpan<byte>(part, count * TFormat.Size).CopyTo(new Span<byte>((byte*)memory + index * TFormat.Size, count * TFormat.Size));
    }
}
