using System.Runtime.InteropServices;
using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Core.Import;

/// <summary>Raw values of the floating-point types as float32.</summary>
internal static class SingleValues
{
    public static bool CanRead(TensorType type) =>
        type is TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16 or TensorType.Float64;

    /// <summary>Exact for all types but float64, whose values are rounded, to infinity where they are beyond float32.</summary>
    public static float[] Of(TensorType type, byte[] bytes) => type switch
    {
        TensorType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        TensorType.Float16 => Convert<Half>(bytes, value => (float)value),
        TensorType.BFloat16 => Convert<ushort>(bytes, value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
        TensorType.Float64 => Convert<double>(bytes, value => (float)value),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no floating-point type"),
    };

    private static float[] Convert<T>(byte[] bytes, Func<T, float> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        var singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
            singles[i] = convert(values[i]);
        return singles;
    }
}
