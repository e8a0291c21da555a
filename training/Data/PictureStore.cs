using SpikingDetector.Core.Images;

namespace SpikingDetector.Training.Data;

/// <summary>
/// Decoded pictures of a data set. A set that fits the budget is decoded once and kept; beyond it pictures are decoded
/// each time.
/// </summary>
internal sealed class PictureStore(IReadOnlyList<Sample> samples, long budgetBytes = PictureStore.DefaultBudget)
{
    /// <summary>2 GiB: all of CIFAR or a few thousand photographs.</summary>
    public const long DefaultBudget = 1L << 31;

    private readonly Picture?[] _pictures = new Picture?[samples.Count];
    private long _bytes;

    /// <summary>The picture of a sample; safe to call from several threads.</summary>
    /// <exception cref="PictureException">The file is no readable picture.</exception>
    public Picture Get(int index)
    {
        if (Volatile.Read(ref _pictures[index]) is { } known)
            return known;
        Picture picture = PictureDecoder.DecodeFile(samples[index].Path);
        if (Interlocked.Add(ref _bytes, picture.Pixels.Length) <= budgetBytes)
            Volatile.Write(ref _pictures[index], picture);
        else
            Interlocked.Add(ref _bytes, -picture.Pixels.Length);
        return picture;
    }
}
