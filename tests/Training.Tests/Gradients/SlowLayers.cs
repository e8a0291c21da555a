namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Layers without spikes, as their formulas read.</summary>
internal sealed class SlowLayers(Kinks kinks)
{
    /// <summary>A convolution that pads half its kernel with zeros; weight [out, in, k, k].</summary>
    public static Map Convolve(Map input, Scalar[] weight, Scalar[]? bias, int kernel, int stride)
    {
        int padding = kernel / 2;
        int outChannels = weight.Length / (input.Channels * kernel * kernel);
        return Map.Of(input.Count, outChannels, Side(input.Height), Side(input.Width), (n, channel, row, column) =>
        {
            var pixels = new List<Scalar>();
            var factors = new List<Scalar>();
            for (int c = 0; c < input.Channels; c++)
            {
                for (int i = 0; i < kernel; i++)
                {
                    for (int j = 0; j < kernel; j++)
                    {
                        int y = row * stride + i - padding;
                        int x = column * stride + j - padding;
                        if (y < 0 || y >= input.Height || x < 0 || x >= input.Width)
                            continue;
                        pixels.Add(input[n, c, y, x]);
                        factors.Add(weight[((channel * input.Channels + c) * kernel + i) * kernel + j]);
                    }
                }
            }

            Scalar sum = Scalar.Dot(pixels, factors);
            return bias is null ? sum : sum + bias[channel];
        });

        int Side(int side) => (side + 2 * padding - kernel) / stride + 1;
    }

    /// <summary>
    /// Batch normalisation (Ioffe and Szegedy 2015) over all of N, H and W. In training the running statistics, given as
    /// double arrays, move a tenth of the way to the batch's mean and unbiased variance.
    /// </summary>
    public static Map Normalise(Map input, Scalar[] scale, Scalar[] shift, double[] runningMean, double[] runningVariance, bool training)
    {
        const double epsilon = 1e-5;
        var mean = new Scalar[input.Channels];
        var variance = new Scalar[input.Channels];
        for (int c = 0; c < input.Channels; c++)
        {
            if (!training)
            {
                mean[c] = runningMean[c];
                variance[c] = runningVariance[c];
                continue;
            }

            Scalar[] values = [.. Enumerable.Range(0, input.Count).SelectMany(n => input.Plane(n, c))];
            Scalar average = Scalar.Mean(values);
            mean[c] = average;
            variance[c] = Scalar.Mean([.. values.Select(value => (value - average) * (value - average))]);
            runningMean[c] = 0.9 * runningMean[c] + 0.1 * mean[c].Value;
            runningVariance[c] = 0.9 * runningVariance[c] + 0.1 * variance[c].Value * values.Length / (values.Length - 1);
        }

        Scalar[] deviation = [.. variance.Select(value => (value + epsilon).Sqrt())];
        return Map.Of(input.Count, input.Channels, input.Height, input.Width, (n, c, y, x) =>
            (input[n, c, y, x] - mean[c]) / deviation[c] * scale[c] + shift[c]);
    }

    public Scalar Rectify(Scalar x)
    {
        kinks.Note(x.Value);
        return x.Value > 0 ? x : x.Apply(0, 0);
    }

    public Map Rectify(Map x) => x.Each(Rectify);

    /// <summary>The largest number of each window; the gradient goes to the first one of that size.</summary>
    public Map MaxPool(Map input, int kernel, int stride, int padding) => Map.Of(
        input.Count,
        input.Channels,
        (input.Height + 2 * padding - kernel) / stride + 1,
        (input.Width + 2 * padding - kernel) / stride + 1,
        (n, c, row, column) =>
        {
            var window = new List<Scalar>();
            for (int y = row * stride - padding; y < row * stride - padding + kernel; y++)
            {
                for (int x = column * stride - padding; x < column * stride - padding + kernel; x++)
                {
                    if (y >= 0 && y < input.Height && x >= 0 && x < input.Width)
                        window.Add(input[n, c, y, x]);
                }
            }

            return Largest(window)[0];
        });

    /// <summary>The largest number; those of that size share the gradient.</summary>
    public Scalar Maximum(IReadOnlyCollection<Scalar> values) => Scalar.Mean(Largest(values));

    /// <summary>Each place takes the value of the nearest one of a coarser map.</summary>
    public static Map Enlarge(Map coarse, int height, int width) => Map.Of(coarse.Count, coarse.Channels, height, width, (n, c, y, x) =>
        coarse[n, c, y * coarse.Height / height, x * coarse.Width / width]);

    /// <summary>weight [out, in] times a vector, plus bias.</summary>
    public static Scalar[] Linear(Scalar[] weight, Scalar[] vector, Scalar[]? bias = null) =>
    [
        .. weight.Chunk(vector.Length).Select((row, i) =>
            bias is null ? Scalar.Dot(row, vector) : Scalar.Dot(row, vector) + bias[i]),
    ];

    private Scalar[] Largest(IReadOnlyCollection<Scalar> values)
    {
        double top = values.Max(value => value.Value);
        foreach (Scalar value in values)
        {
            if (value.Value < top)
                kinks.Note(top - value.Value);
        }

        return [.. values.Where(value => value.Value == top)];
    }
}
