namespace SpikingDetector.Core.Images;

/// <summary>
/// For every output position along one axis, the source positions that it is made of and their weights, which sum to
/// 1: a triangle as wide as two source pixels, or as two output pixels where the picture is made smaller, so that no
/// source pixel is skipped.
/// </summary>
internal sealed class ResamplingTaps
{
    private readonly float[] _weights;
    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int _stride;

    /// <param name="sourceLength">Pixels of the source along the axis.</param>
    /// <param name="from">Where the part to scale begins, in source pixels (0 is the first pixel's outer edge).</param>
    /// <param name="length">Length of the part to scale, in source pixels.</param>
    /// <param name="outputLength">Pixels that the part is scaled to.</param>
    public ResamplingTaps(int sourceLength, double from, double length, int outputLength)
    {
        double scale = length / outputLength;
        double radius = Math.Max(scale, 1);
        _stride = (int)Math.Ceiling(radius) * 2 + 1;
        _weights = new float[outputLength * _stride];
        _starts = new int[outputLength];
        _counts = new int[outputLength];
        for (int i = 0; i < outputLength; i++)
        {
            double centre = from + (i + 0.5) * scale;
            int start = Math.Clamp((int)Math.Floor(centre - radius + 0.5), 0, sourceLength - 1);
            int end = Math.Clamp((int)Math.Floor(centre + radius + 0.5), start + 1, sourceLength);
            _starts[i] = start;
            _counts[i] = end - start;
            FillWeights(_weights.AsSpan(i * _stride, end - start), start, centre, radius);
        }

        First = _starts[0];
        End = _starts[^1] + _counts[^1];
    }

    /// <summary>The first source position that any output position needs.</summary>
    public int First { get; }

    /// <summary>One past the last source position that any output position needs.</summary>
    public int End { get; }

    /// <summary>The first source position of an output position.</summary>
    public int Start(int output) => _starts[output];

    /// <summary>Weights of the source positions from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(output * _stride, _counts[output]);

    private static void FillWeights(Span<float> weights, int start, double centre, double radius)
    {
        double sum = 0;
        for (int k = 0; k < weights.Length; k++)
            sum += Triangle(start + k, centre, radius);
        for (int k = 0; k < weights.Length; k++)
            weights[k] = sum > 0 ? (float)(Triangle(start + k, centre, radius) / sum) : 1f / weights.Length;
    }

    private static double Triangle(int position, double centre, double radius) =>
        Math.Max(0, 1 - Math.Abs(position + 0.5 - centre) / radius);
}
