using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>A tensor's number format in memory; sixteen numbers at a time are computed with as float32.</summary>
internal unsafe interface INumberFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads sixteen numbers from number <paramref name="index"/> on.</summary>
    static abstract Vector512<float> Load(void* memory, long index);

    /// <summary>Writes sixteen numbers, rounded to the nearest of the format.</summary>
    static abstract void Store(void* memory, long index, Vector512<float> values);

    /// <summary>Writes sixteen numbers that the format holds exactly, as it does spikes.</summary>
    static abstract void StoreExact(void* memory, long index, Vector512<float> values);
}
