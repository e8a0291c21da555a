using System.Numerics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Batch normalisation of a channel c, (x − mean)·scale + bias with scale = γ/√(variance + ε) (Ioffe and Szegedy 2015), as
/// tables to read by vectors: channels-last memory holds channel i mod C at i, so a table of <see cref="Period"/> numbers
/// repeats itself at multiples of the vector's length.
/// </summary>
internal sealed unsafe class ChannelNorm
{
    private const int Lanes = 16;
    private const int LeastPeriod = 64;

    private readonly float[] _tables;

    /// <param name="statistics">Of the layer's input.</param>
    /// <param name="weight">γ, [C].</param>
    /// <param name="bias">β, [C].</param>
    public ChannelNorm(BatchStatistics statistics, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        Statistics = statistics;
        Period = PeriodOf(statistics.Channels);
        _tables = GC.AllocateUninitializedArray<float>(3 * Period, pinned: true);
        for (int i = 0; i < Period; i++)
        {
            int channel = i % statistics.Channels;
            _tables[i] = statistics.Mean[channel];
            _tables[Period + i] = weight[channel] * statistics.InverseDeviation[channel];
            _tables[2 * Period + i] = bias[channel];
        }
    }

    public BatchStatistics Statistics { get; }

    public int Period { get; }

    public float* Mean => Table(0);

    public float* Scale => Table(1);

    public float* Bias => Table(2);

    /// <summary>A multiple of the channels and of the vector's length, not so short that sums into it wait for each other.</summary>
    public static int PeriodOf(int channels)
    {
        int period = channels * (Lanes / (int)BigInteger.GreatestCommonDivisor(channels, Lanes));
        return period * Math.Max(1, LeastPeriod / period);
    }

    // Pinned: the address holds as long as this object lives.
    private float* Table(int index) => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _tables[index * Period]);
}
