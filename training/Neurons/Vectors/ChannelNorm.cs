using System.Numerics;
using System.Runtime.CompilerServices;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Batch normalisation of a channel c, (x − mean)·scale + bias with scale = γ/√(variance + ε) (Ioffe and Szegedy 2015), as
/// tables to read by vectors: channels-last memory holds channel i mod C at i, so a table of one period
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
        : this(PeriodOf(statistics.Channels))
    {
        for (int i = 0; i < Tables.Period; i++)
        {
            int channel = i % statistics.Channels;
            Tables.Mean[i] = statistics.Mean[channel];
            Tables.Scale[i] = weight[channel] * statistics.InverseDeviation[channel];
            Tables.Bias[i] = bias[channel];
        }
    }

    private ChannelNorm(int period)
    {
        // Pinned: the addresses hold as long as this object lives.
        _tables = GC.AllocateArray<float>(3 * period, pinned: true);
        var tables = (float*)Unsafe.AsPointer(ref _tables[0]);
        Tables = new NormTables(tables, tables + period, tables + 2 * period, period);
    }

    /// <summary>Leaves every number as it is.</summary>
    public static ChannelNorm Identity { get; } = CreateIdentity();

    public NormTables Tables { get; }

    /// <summary>A multiple of the channels and of the vector's length, not so short that sums into it wait for each other.</summary>
    public static int PeriodOf(int channels)
    {
        int period = channels * (Lanes / (int)BigInteger.GreatestCommonDivisor(channels, Lanes));
        return period * Math.Max(1, LeastPeriod / period);
    }

    private static ChannelNorm CreateIdentity()
    {
        var norm = new ChannelNorm(LeastPeriod);
        new Span<float>(norm.Tables.Scale, LeastPeriod).Fill(1);
        return norm;
    }
}
