using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>A tensor's number format in memory; sixteen numbers at a time are computed with as float32.</summary>
internal unsafe interface INumberFormat
{
    /// <summary>Reads numbers <paramref name="index"/> and on; of fewer than sixteen the rest are 0.</summary>
    static abstract Vector512<float> Load(void* memory, long index, int count);

    /// <summary>Writes the first <paramref name="count"/> numbers, rounded to the nearest of the format.</summary>
    static abstract void Store(void* memory, long index, Vector512<float> values, int count);
}
