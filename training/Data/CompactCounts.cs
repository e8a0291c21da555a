namespace SpikingDetector.Training.Data;

/// <summary>
/// Event counts in as little memory as holds them exactly: a byte each, which nearly all recordings fit; two bytes where
/// a pixel counts more than 255; four where frames hold fractions or more than 65,535.
/// </summary>
internal sealed class CompactCounts
{
    private readonly byte[]? _bytes;
    private readonly ushort[]? _shorts;
    private readonly float[]? _floats;

    public CompactCounts(float[] counts)
    {
        bool whole = true;
        float largest = 0;
        foreach (float count in counts)
        {
            whole &= count == MathF.Floor(count);
            largest = MathF.Max(largest, count);
        }

        if (whole && largest <= byte.MaxValue)
            _bytes = Array.ConvertAll(counts, count => (byte)count);
        else if (whole && largest <= ushort.MaxValue)
            _shorts = Array.ConvertAll(counts, count => (ushort)count);
        else
            _floats = counts;
    }

    /// <summary>The memory that they take.</summary>
    public long ByteCount => Buffer.ByteLength((Array?)_bytes ?? (Array?)_shorts ?? _floats!);

    public void CopyTo(Span<float> counts)
    {
        if (_bytes is not null)
        {
            for (int i = 0; i < _bytes.Length; i++)
                counts[i] = _bytes[i];
        }
        else if (_shorts is not null)
        {
            for (int i = 0; i < _shorts.Length; i++)
                counts[i] = _shorts[i];
        }
        else
        {
            _floats.CopyTo(counts);
        }
    }
}
