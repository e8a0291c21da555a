using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : INumberFormat
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long index) => Vector512.Load((float*)memory + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long index, Vector512<float> values) => values.Store((float*)memory + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreExact(void* memory, long index, Vector512<float> values) => values.Store((float*)memory + index);
}
