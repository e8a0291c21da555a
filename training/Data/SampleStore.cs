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
internal sealed class SampleStore<T>(
    int count, Func<int, T> decode, Func<T, long> bytesOf, long budgetBytes = SampleStore<T>.DefaultBudget)
    where T : class
{
    /// <summary>2 GiB: all of CIFAR, a few thousand photographs, or 4,000 recordings in 16 steps.</summary>
    public const long DefaultBudget = 1L << 31;

    private readonly T?[] _decoded = new T?[count];
    private long _bytes;

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
