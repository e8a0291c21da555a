using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>bfloat16: the upper half of a float32, rounded to the nearest even as LibTorch does.</summary>
internal readonly unsafe struct BFloat16Format : INumberFormat
{
    private const uint NaN = 0x7fc0;

    public static int Size => sizeof(ushort);

    // The general forms of widening and narrowing take several instructions where AVX-512 has one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long index)
    {
        ushort* source = (ushort*)memory + index;
        if (Avx512F.IsSupported)
            return (Avx512F.ConvertToVector512UInt32(Vector256.Load(source)) << 16).AsSingle();
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(source));
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long index, Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        Vector512<uint> even = (bits >>> 16) & Vector512<uint>.One;
        Vector512<uint> rounded = (bits + even + Vector512.Create(0x7fffu)) >>> 16;

        // A NaN's bits may overflow into another number's.
        Narrow(memory, index, Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create(NaN)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreExact(void* memory, long index, Vector512<float> values) => Narrow(memory, index, values.AsUInt32() >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(void* memory, long index, Vector512<uint> words)
    {
        Vector256<ushort> halves = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(words)
            : Vector256.Narrow(words.GetLower(), words.GetUpper());
        halves.Store((ushort*)memory + index);
    }
}
