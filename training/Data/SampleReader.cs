using SpikingDetector.Core;
using SpikingDetector.Core.Data;

namespace SpikingDetector.Training.Data;

/// <summary>The decoded samples of a data set; those that cannot be read are passed over as asked for.</summary>
/// <typeparam name="T">What a sample is decoded to.</typeparam>
/// <param name="samples">The data set.</param>
/// <param name="decode">Reads one.</param>
/// <param name="bytesOf">The memory that it takes.</param>
/// <param name="whenUnreadable">What becomes of one that cannot be read.</param>
internal sealed class SampleReader<T>(
    IReadOnlyList<Sample> samples, Func<SampleSource, T> decode, Func<T, long> bytesOf, WhenUnreadable whenUnreadable)
    where T : class
{
    private readonly SampleStore<T> _store = new(samples.Count, index => Decode(samples[index].Source, decode), bytesOf);

    /// <summary>The samples that could not be read so far.</summary>
    public UnreadableSamples Unreadable { get; } = new();

    /// <summary>
    /// A sample and what is known about it, or the next readable one, which follows from the files alone; null where it is
    /// to be left out. Safe to call from several threads.
    /// </summary>
    /// <exception cref="InvalidInputException">It, or every sample, is unreadable; the message names it.</exception>
    public (T Content, Target Target)? Read(int index)
    {
        for (int tries = 0; tries < samples.Count; tries++, index = (index + 1) % samples.Count)
        {
            if (TryGet(index) is { } content)
                return (content, samples[index].Target);
            if (whenUnreadable == WhenUnreadable.LeaveOut)
                return null;
        }

        throw new InvalidInputException($"Not one of the {samples.Count} samples can be read, such as {samples[index].Source}.");
    }

    private T? TryGet(int index)
    {
        if (Unreadable.Contains(index))
            return null;
        try
        {
            return _store.Get(index);
        }
        catch (InvalidInputException exception) when (whenUnreadable != WhenUnreadable.Stop)
        {
            Unreadable.Add(index, exception.Message);
            return null;
        }
    }

    private static T Decode(SampleSource source, Func<SampleSource, T> decode)
    {
        try
        {
            return decode(source);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{source} cannot be read: {exception.Message}", exception);
        }
    }
}
