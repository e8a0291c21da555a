using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : INumberFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long index, int count) => count == Vector512<float>.Count
        ? Vector512.Load((float*)memory + index)
        : LoadPart((float*)memory + index, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long index, Vector512<float> values, int count)
    {
        if (count == Vector512<float>.Count)
            values.Store((float*)memory + index);
        else
            StorePart((float*)memory + index, values, count);
    }

    // On their own, because a vector whose address is taken does not stay in a register.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadPart(float* source, int count)
    {
        Vector512<float> part = Vector512<float>.Zero;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)(count * sizeof(float)));
        return part;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(float* target, Vector512<float> values, int count) =>
        Unsafe.CopyBlockUnaligned(target, &values, (uint)(count * sizeof(float)));
}
