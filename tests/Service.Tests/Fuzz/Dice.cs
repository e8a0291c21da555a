namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Random choices that a seed decides: the same seed, the same choices.</summary>
internal sealed class Dice(int seed)
{
    private static readonly long[] Extremes =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 4096, 16_383, 16_384, 32_767, 32_768, 50_000, 65_535, 65_536, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFFE, 0xFFFF_FFFF,
    ];

    private readonly Random _random = new(seed);

    /// <summary>0 … <paramref name="limit"/> − 1; 0 where there is no choice.</summary>
    public int Below(int limit) => limit <= 1 ? 0 : _random.Next(limit);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A number at the edge of something, or near one.</summary>
    public long Extreme() => Chance(20) ? _random.NextInt64(1L << 32) : Pick<long>(Extremes) + Pick(0, 0, 0, 1, -1);

    /// <summary>Where a part may begin and how long it may be.</summary>
    public (int Start, int Length) Part(int length)
    {
        int start = Below(length);
        return (start, Below(Math.Min(length - start, Chance(80) ? 40 : length) + 1));
    }
}
