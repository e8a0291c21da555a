namespace SpikingDetector.Export.Tests.Slow;

/// <summary>Layers as nested loops, sums in double.</summary>
public static class SlowLayers
{
    private const double Epsilon = 1e-5;

    /// <summary>Weight [C′, C, k, k], padding k/2.</summary>
    public static FeatureMap Convolve(FeatureMap input, float[] weight, float[]? bias, int outChannels, int kernel, int stride)
    {
        Assert.Equal(outChannels * input.Channels * kernel * kernel, weight.Length);
        int padding = kernel / 2;
        var output = new FeatureMap(outChannels, Side(input.Height), Side(input.Width));
        for (int o = 0; o < outChannels; o++)
        {
            for (int y = 0; y < output.Height; y++)
            {
                for (int x = 0; x < output.Width; x++)
                    output[o, y, x] = (float)(Sum(o, y * stride - padding, x * stride - padding) + (bias is null ? 0 : bias[o]));
            }
        }

        return output;

        int Side(int side) => (side + 2 * padding - kernel) / stride + 1;

        double Sum(int o, int top, int left)
        {
            double sum = 0;
            for (int c = 0; c < input.Channels; c++)
            {
                for (int i = 0; i < kernel; i++)
                {
                    for (int j = 0; j < kernel; j++)
                        sum += (double)weight[((o * input.Channels + c) * kernel + i) * kernel + j] * input.Padded(c, top + i, left + j);
                }
            }

            return sum;
        }
    }

    public static FeatureMap BatchNorm(FeatureMap input, float[] gamma, float[] beta, float[] mean, float[] variance)
    {
        var output = new FeatureMap(input.Channels, input.Height, input.Width);
        int area = input.Height * input.Width;
        for (int i = 0; i < input.Data.Length; i++)
        {
            int c = i / area;
            output.Data[i] = (float)((input.Data[i] - (double)mean[c]) / Math.Sqrt(variance[c] + Epsilon) * gamma[c] + beta[c]);
        }

        return output;
    }

    /// <summary>3×3, stride 2, padding 1.</summary>
    public static FeatureMap MaxPool(FeatureMap input)
    {
        var output = new FeatureMap(input.Channels, (input.Height + 1) / 2, (input.Width + 1) / 2);
        for (int c = 0; c < output.Channels; c++)
        {
            for (int y = 0; y < output.Height; y++)
            {
                for (int x = 0; x < output.Width; x++)
                    output[c, y, x] = Largest(c, 2 * y, 2 * x);
            }
        }

        return output;

        float Largest(int c, int y, int x)
        {
            float largest = float.NegativeInfinity;
            for (int i = Math.Max(y - 1, 0); i <= Math.Min(y + 1, input.Height - 1); i++)
            {
                for (int j = Math.Max(x - 1, 0); j <= Math.Min(x + 1, input.Width - 1); j++)
                    largest = Math.Max(largest, input[c, i, j]);
            }

            return largest;
        }
    }

    /// <summary>2×2, stride 2.</summary>
    public static FeatureMap MaxPoolOfTwo(FeatureMap input)
    {
        var output = new FeatureMap(input.Channels, input.Height / 2, input.Width / 2);
        for (int c = 0; c < output.Channels; c++)
        {
            for (int y = 0; y < output.Height; y++)
            {
                for (int x = 0; x < output.Width; x++)
                {
                    float upper = Math.Max(input[c, 2 * y, 2 * x], input[c, 2 * y, 2 * x + 1]);
                    float lower = Math.Max(input[c, 2 * y + 1, 2 * x], input[c, 2 * y + 1, 2 * x + 1]);
                    output[c, y, x] = Math.Max(upper, lower);
                }
            }
        }

        return output;
    }

    /// <summary>Each value twice to the right and twice down.</summary>
    public static FeatureMap Enlarge(FeatureMap input)
    {
        var output = new FeatureMap(input.Channels, 2 * input.Height, 2 * input.Width);
        for (int c = 0; c < output.Channels; c++)
        {
            for (int y = 0; y < output.Height; y++)
            {
                for (int x = 0; x < output.Width; x++)
                    output[c, y, x] = input[c, y / 2, x / 2];
            }
        }

        return output;
    }

    public static FeatureMap Mean(IReadOnlyList<FeatureMap> steps) =>
        steps.Aggregate((sum, next) => sum.Combine(next, (a, b) => a + b)).Apply(value => value / steps.Count);

    /// <summary>One value for each channel.</summary>
    public static float[] PerChannel(FeatureMap map, Func<IEnumerable<float>, float> summary) =>
        [.. map.Data.Chunk(map.Height * map.Width).Select(plane => summary(plane))];

    public static float Sigmoid(float value) => (float)(1 / (1 + Math.Exp(-value)));

    /// <summary>Matrix [rows, columns] times vector.</summary>
    public static float[] Multiply(float[] matrix, float[] vector)
    {
        Assert.Equal(0, matrix.Length % vector.Length);
        return [.. matrix.Chunk(vector.Length).Select(row => (float)row.Zip(vector, (a, b) => (double)a * b).Sum())];
    }
}
