using System.Buffers;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// The way back through neurons and the batch normalisation before them: gradients of γ, β and PLIF's gain, while those of
/// the layer's inputs are written where the call says. Sums of a block are taken in float32, those over the blocks in double
/// precision and in their order, whatever the number of threads.
/// </summary>
internal sealed unsafe class NormGradient
{
    private NormGradient(int channels)
    {
        Weight = new float[channels];
        Bias = new float[channels];
    }

    /// <summary>Of γ, [C].</summary>
    public float[] Weight { get; }

    /// <summary>Of β, [C].</summary>
    public float[] Bias { get; }

    /// <summary>Of k, if the neurons are PLIF.</summary>
    public double Gain { get; private set; }

    public static NormGradient Of<TCurrent, TSpikes>(NeuronCall call, BatchStatistics statistics)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        NormTables norm = call.Norm.Tables;
        int channels = statistics.Channels;
        int width = 2 * channels + 1;
        double[] parts = ArrayPool<double>.Shared.Rent(call.Blocks * width);
        call.Run((block, first, end) => SumBlock<TCurrent, TSpikes>(call, first, end, parts.AsSpan(block * width, width)));
        var result = new NormGradient(channels);
        float[] tables = ArrayPool<float>.Shared.Rent(2 * norm.Period);
        result.Combine(norm.Period, statistics, parts, call.Blocks, tables);
        ArrayPool<double>.Shared.Return(parts);

        long elements = call.ConstantCurrent ? call.Neurons : call.Neurons * call.Dynamics.TimeSteps;
        int blocks = (int)((elements + call.Length - 1) / call.Length);
        fixed (float* gradientMean = tables)
        {
            float* pinned = gradientMean;
            ProcessorTeam.Run(blocks, block => NeuronKernel.BackwardNorm<TCurrent>(
                norm,
                call.Memory.Current,
                call.Memory.CurrentGradient,
                (long)block * call.Length,
                Math.Min(elements, (block + 1L) * call.Length),
                pinned,
                pinned + norm.Period));
        }

        GC.KeepAlive(call);
        ArrayPool<float>.Shared.Return(tables);
        return result;
    }

    /// <summary>For each channel the sums of g and g·(x − mean), then the gradient of the gain.</summary>
    private static void SumBlock<TCurrent, TSpikes>(NeuronCall call, long first, long end, Span<double> parts)
        where TCurrent : struct, INumberFormat
        where TSpikes : struct, INumberFormat
    {
        int period = call.Norm.Tables.Period;
        int channels = parts.Length / 2;
        float[] rented = ArrayPool<float>.Shared.Rent(2 * period);
        Array.Clear(rented);
        fixed (float* sums = rented)
            parts[^1] = NeuronKernel.Backward<TCurrent, TSpikes>(call, first, end, sums, sums + period);
        parts[..^1].Clear();
        for (int i = 0; i < period; i++)
        {
            parts[i % channels] += rented[i];
            parts[channels + i % channels] += rented[period + i];
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void Combine(int period, BatchStatistics statistics, double[] parts, int blocks, float[] tables)
    {
        int width = 2 * statistics.Channels + 1;
        for (int channel = 0; channel < statistics.Channels; channel++)
        {
            double sum = 0;
            double product = 0;
            for (int block = 0; block < blocks; block++)
            {
                sum += parts[block * width + channel];
                product += parts[block * width + statistics.Channels + channel];
            }

            double deviation = statistics.InverseDeviation[channel];
            Bias[channel] = (float)sum;
            Weight[channel] = (float)(product * deviation);
            for (int i = channel; i < period; i += statistics.Channels)
            {
                tables[i] = (float)(sum / statistics.Count);
                tables[period + i] = (float)(product * deviation * deviation / statistics.Count);
            }
        }

        for (int block = 0; block < blocks; block++)
            Gain += parts[block * width + width - 1];
    }
}
