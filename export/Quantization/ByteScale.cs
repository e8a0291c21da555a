namespace SpikingDetector.Export.Quantization;

/// <summary>How bytes stand for numbers: (q − zero point)·scale.</summary>
public readonly record struct ByteScale(float Scale, byte ZeroPoint)
{
    /// <summary>Bytes that are numbers themselves, such as spikes.</summary>
    public static ByteScale Whole { get; } = new(1, 0);

    /// <summary>The nearest byte's number; numbers out of range become the first or the last.</summary>
    public float Round(float value) => (Byte(value) - ZeroPoint) * Scale;

    public byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value / Scale) + ZeroPoint, byte.MinValue, byte.MaxValue);

    /// <summary>
    /// The scale with the least mean squared error for numbers like these. Tried are ranges between percentiles: the rarest
    /// numbers are worth less than finer steps for all others.
    /// </summary>
    /// <param name="samples">At least one; changed in order.</param>
    /// <param name="signed">Whether negative numbers count; ReLU makes zeros of them.</param>
    public static ByteScale For(float[] samples, bool signed)
    {
        Array.Sort(samples);
        ByteScale best = default;
        double least = double.PositiveInfinity;
        foreach (double cut in (double[])[0, 1e-5, 1e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02])
        {
            ByteScale scale = Between(signed ? Percentile(cut) : 0, Percentile(1 - cut));
            double error = samples.Sum(value => Square((signed ? value : Math.Max(value, 0)) - scale.Round(value)));
            if (error < least)
                (best, least) = (scale, error);
        }

        return best;

        float Percentile(double share) => samples[(int)Math.Round(share * (samples.Length - 1))];
        static double Square(double x) => x * x;
    }

    /// <summary>
    /// The median magnitude of the numbers that are not 0 over the root mean square of their rounding errors, in decibels. The
    /// median, because a few large numbers that decide on the scale have most of the power and none of the loss.
    /// </summary>
    public double SignalToNoise(float[] samples, bool signed)
    {
        var magnitudes = new List<double>();
        double noise = 0;
        foreach (float sample in samples)
        {
            double value = signed ? sample : Math.Max(sample, 0);
            double error = value - Round(sample);
            noise += error * error;
            if (value != 0)
                magnitudes.Add(Math.Abs(value));
        }

        if (noise == 0)
            return double.PositiveInfinity;
        magnitudes.Sort();
        return 20 * Math.Log10(magnitudes[magnitudes.Count / 2] / Math.Sqrt(noise / samples.Length));
    }

    /// <summary>Covers a range that holds 0, which padding must have a byte for.</summary>
    private static ByteScale Between(float lowest, float highest)
    {
        (lowest, highest) = (Math.Min(lowest, 0), Math.Max(highest, 0));
        if (lowest == highest)
            return Whole;
        float scale = (highest - lowest) / byte.MaxValue;
        return new ByteScale(scale, (byte)Math.Clamp(MathF.Round(-lowest / scale), byte.MinValue, byte.MaxValue));
    }
}
