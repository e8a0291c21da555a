using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : INumberFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long index, int count)
    {
        float* source = (float*)memory + index;
        if (count == Vector512<float>.Count)
            return Vector512.Load(source);
        Vector512<float> part = Vector512<float>.Zero;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)(count * sizeof(float)));
        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long index, Vector512<float> values, int count)
    {
        float* target = (float*)memory + index;
        if (count == Vector512<float>.Count)
            values.Store(target);
        else
            Unsafe.CopyBlockUnaligned(target, &values, (uint)(count * sizeof(float)));
    }
}
