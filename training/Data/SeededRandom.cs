namespace SpikingDetector.Training.Data;

/// <summary>
/// Random numbers that depend only on the seed and on what they are for, so that a resumed training needs no state:
/// the order of an epoch, the augmentation of a picture in an epoch.
/// </summary>
internal static class SeededRandom
{
    public static Random For(int seed, int epoch, int item)
    {
        ulong state = Mix(Mix(Mix((ulong)(uint)seed) + (uint)epoch) + (uint)item);
        return new Random((int)(state & int.MaxValue));
    }

    /// <summary>The numbers 0 to count − 1 in the order of an epoch.</summary>
    public static int[] Order(int seed, int epoch, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        For(seed, epoch, -1).Shuffle(order);
        return order;
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
