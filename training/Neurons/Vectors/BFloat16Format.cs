using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>bfloat16: the upper half of a float32, rounded to the nearest even as LibTorch does.</summary>
internal readonly unsafe struct BFloat16Format : INumberFormat
{
    private const ushort NaN = 0x7fc0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long index, int count)
    {
        ushort* source = (ushort*)memory + index;
        Vector256<ushort> halves = count == Vector512<float>.Count ? Vector256.Load(source) : LoadPart(source, count);
        return (Widen(halves) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long index, Vector512<float> values, int count)
    {
        Vector512<uint> bits = values.AsUInt32();
        Vector512<uint> even = (bits >>> 16) & Vector512<uint>.One;
        Vector512<uint> rounded = (bits + even + Vector512.Create(0x7fffu)) >>> 16;

        // A NaN's bits may overflow into another number's.
        rounded = Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create((uint)NaN));
        Vector256<ushort> halves = Narrow(rounded);
        ushort* target = (ushort*)memory + index;
        if (count == Vector512<float>.Count)
            halves.Store(target);
        else
            StorePart(target, halves, count);
    }

    // On their own, because a vector whose address is taken does not stay in a register.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<ushort> LoadPart(ushort* source, int count)
    {
        Vector256<ushort> part = Vector256<ushort>.Zero;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)(count * sizeof(ushort)));
        return part;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(ushort* target, Vector256<ushort> values, int count) =>
        Unsafe.CopyBlockUnaligned(target, &values, (uint)(count * sizeof(ushort)));

    // The general forms take several instructions where AVX-512 has one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Widen(Vector256<ushort> halves)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512UInt32(halves);
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(halves);
        return Vector512.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<uint> words) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256UInt16(words)
        : Vector256.Narrow(words.GetLower(), words.GetUpper());
}
