using System.Buffers;
using System.Runtime.Intrinsics;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Mean and variance of each channel over a batch, in one pass over memory. Of a block of positions a sample gives a first
/// guess of the mean; distances from it and their squares are summed up in float32, and the blocks, which do not depend on
/// the number of threads, are put together in double precision and in their order. The guess keeps the sums small, so that
/// numbers far from zero lose nothing (Chan, Golub and LeVeque 1983).
/// </summary>
internal sealed unsafe class BatchStatistics
{
    private const int Lanes = 16;
    private const int BlockLength = 32768;

    /// <summary>Periods of a block, evenly spread, that the guess is the mean of.</summary>
    private const int Sample = 16;

    private BatchStatistics(int channels, long count)
    {
        Channels = channels;
        Count = count;
        Mean = new float[channels];
        Variance = new double[channels];
        InverseDeviation = new float[channels];
    }

    public int Channels { get; }

    /// <summary>Numbers of a channel.</summary>
    public long Count { get; }

    public float[] Mean { get; }

    /// <summary>The mean squared distance from the mean.</summary>
    public double[] Variance { get; }

    /// <summary>1/√(variance + ε).</summary>
    public float[] InverseDeviation { get; }

    /// <summary>Of numbers in channels-last order.</summary>
    /// <param name="memory">Where they are, in the format.</param>
    /// <param name="elements">How many, a multiple of <paramref name="channels"/>.</param>
    /// <param name="channels">C.</param>
    /// <param name="epsilon">ε.</param>
    public static BatchStatistics Of<TFormat>(void* memory, long elements, int channels, double epsilon)
        where TFormat : struct, INumberFormat
    {
        int period = ChannelNorm.PeriodOf(channels);
        int length = Math.Max(1, BlockLength / period) * period;
        int blocks = (int)((elements + length - 1) / length);
        double[] parts = ArrayPool<double>.Shared.Rent(blocks * 2 * channels);
        ProcessorTeam.Run(blocks, block => SumBlock<TFormat>(
            memory, (long)block * length, Math.Min(elements, (block + 1L) * length), period, parts.AsSpan(block * 2 * channels, 2 * channels)));

        var result = new BatchStatistics(channels, elements / channels);
        for (int channel = 0; channel < channels; channel++)
            result.Combine(channel, parts, blocks, length, elements, epsilon);
        ArrayPool<double>.Shared.Return(parts);
        return result;
    }

    /// <summary>
    /// Moves running statistics towards these by <paramref name="momentum"/>, the variance as the unbiased estimate, as
    /// PyTorch does.
    /// </summary>
    public void Update(float* runningMean, float* runningVariance, double momentum)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            double unbiased = Variance[channel] * Count / (Count - 1);
            runningMean[channel] = (float)((1 - momentum) * runningMean[channel] + momentum * Mean[channel]);
            runningVariance[channel] = (float)((1 - momentum) * runningVariance[channel] + momentum * unbiased);
        }
    }

    /// <summary>For each channel the block's mean, then the sum of squared distances from it.</summary>
    private static void SumBlock<TFormat>(void* memory, long first, long end, int period, Span<double> parts)
        where TFormat : struct, INumberFormat
    {
        int channels = parts.Length / 2;
        float[] rented = ArrayPool<float>.Shared.Rent(3 * period);
        Array.Clear(rented);
        fixed (float* guess = rented)
        {
            Guess<TFormat>(memory, first, end, guess, period, channels);
            Sum<TFormat>(memory, first, end, guess, period);
            long count = (end - first) / channels;
            for (int channel = 0; channel < channels; channel++)
            {
                double sum = 0;
                double squares = 0;
                for (int i = channel; i < period; i += channels)
                {
                    sum += guess[period + i];
                    squares += guess[2 * period + i];
                }

                parts[channel] = guess[channel] + sum / count;
                parts[channels + channel] = squares - sum * sum / count;
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The mean of some whole periods of the block, or of all that it has where it is shorter than one.</summary>
    private static void Guess<TFormat>(void* memory, long first, long end, float* guess, int period, int channels)
        where TFormat : struct, INumberFormat
    {
        long periods = (end - first) / period;
        long taken = Math.Min(Sample, periods);
        for (long sample = 0; sample < taken; sample++)
        {
            long start = first + sample * periods / taken * period;
            for (int place = 0; place < period; place += Lanes)
                (Vector512.Load(guess + place) + TFormat.Load(memory, start + place)).Store(guess + place);
        }

        if (periods == 0)
        {
            for (int place = 0; first + place < end; place += Lanes)
            {
                NumberPart.Load<TFormat>(memory, first + place, (int)Math.Min(Lanes, end - first - place)).Store(guess + place);
            }
        }

        long numbers = periods == 0 ? (end - first) / channels : taken * (period / channels);
        for (int channel = 0; channel < channels; channel++)
        {
            float sum = 0;
            for (int i = channel; i < period; i += channels)
                sum += guess[i];
            for (int i = channel; i < period; i += channels)
                guess[i] = sum / numbers;
        }
    }

    /// <summary>Adds the distances from the guess to what lies behind it, and their squares behind that.</summary>
    private static void Sum<TFormat>(void* memory, long first, long end, float* guess, int period)
        where TFormat : struct, INumberFormat
    {
        float* sums = guess + period;
        float* squares = sums + period;
        int place = 0;
        long whole = first + (end - first) / Lanes * Lanes;
        for (long i = first; i < whole; i += Lanes)
        {
            Vector512<float> distance = TFormat.Load(memory, i) - Vector512.Load(guess + place);
            (Vector512.Load(sums + place) + distance).Store(sums + place);
            Vector512.FusedMultiplyAdd(distance, distance, Vector512.Load(squares + place)).Store(squares + place);
            place = place + Lanes == period ? 0 : place + Lanes;
        }

        // What lies beyond the end reads as 0 and must not count.
        Vector512<float> last = whole == end ? default : NumberPart.Load<TFormat>(memory, whole, (int)(end - whole)) - Vector512.Load(guess + place);
        for (int lane = 0; lane < end - whole; lane++)
        {
            sums[place + lane] += last[lane];
            squares[place + lane] += last[lane] * last[lane];
        }
    }

    private void Combine(int channel, double[] parts, int blocks, int length, long elements, double epsilon)
    {
        double sum = 0;
        for (int block = 0; block < blocks; block++)
            sum += parts[block * 2 * Channels + channel] * CountOf(block);
        double mean = sum / Count;
        double squares = 0;
        for (int block = 0; block < blocks; block++)
        {
            double shift = parts[block * 2 * Channels + channel] - mean;
            squares += parts[(block * 2 + 1) * Channels + channel] + CountOf(block) * shift * shift;
        }

        Mean[channel] = (float)mean;
        Variance[channel] = Math.Max(0, squares) / Count;
        InverseDeviation[channel] = (float)(1 / Math.Sqrt(Variance[channel] + epsilon));

        double CountOf(int block) => Math.Min(elements - (long)block * length, length) / Channels;
    }
}
