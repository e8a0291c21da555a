namespace SpikingDetector.Training.Data;

/// <summary>
/// Decoded samples of a data set. A set that fits the budget is decoded once and kept; beyond it samples are decoded
/// each time.
/// </summary>
/// <typeparam name="T">What a sample is decoded to.</typeparam>
/// <param name="count">How many samples there are.</param>
/// <param name="decode">Reads one.</param>
/// <param name="bytesOf">The memory that it takes.</param>
/// <param name="budgetBytes">The memory that all may take.</param>
internal sealed class SampleStore<T>(int count, Func<int, T> decode, Func<T, long> bytesOf, long budgetBytes)
    where T : class
{
    private readonly T?[] _decoded = new T?[count];
    private long _bytes;

    /// <summary>
    /// With a budget of 2 GiB, which holds all of CIFAR, a few thousand photographs, or 4,000 recordings in 16 steps; of a
    /// machine (or container) with less than 16 GiB of memory an eighth of it, since training and validation samples have a
    /// store each and networks need the rest.
    /// </summary>
    public SampleStore(int count, Func<int, T> decode, Func<T, long> bytesOf)
        : this(count, decode, bytesOf, Math.Min(1L << 31, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8))
    {
    }

    /// <summary>A sample; safe to call from several threads.</summary>
    /// <exception cref="Core.InvalidInputException">The file cannot be read.</exception>
    public T Get(int index)
    {
        if (Volatile.Read(ref _decoded[index]) is { } known)
            return known;
        T sample = decode(index);
        long bytes = bytesOf(sample);
        if (Interlocked.Add(ref _bytes, bytes) <= budgetBytes)
            Volatile.Write(ref _decoded[index], sample);
        else
            Interlocked.Add(ref _bytes, -bytes);
        return sample;
    }
}
