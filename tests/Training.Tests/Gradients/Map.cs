namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Numbers [N, C, H, W]; T steps may be folded into N, time outermost.</summary>
internal sealed class Map(int count, int channels, int height, int width)
{
    public int Count { get; } = count;

    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    /// <summary>Row-major.</summary>
    public Scalar[] Values { get; } = new Scalar[count * channels * height * width];

    public Scalar this[int n, int c, int y, int x]
    {
        get => Values[((n * Channels + c) * Height + y) * Width + x];
        set => Values[((n * Channels + c) * Height + y) * Width + x] = value;
    }

    /// <summary>A map filled place by place.</summary>
    public static Map Of(int count, int channels, int height, int width, Func<int, int, int, int, Scalar> at)
    {
        var map = new Map(count, channels, height, width);
        for (int n = 0; n < count; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                        map[n, c, y, x] = at(n, c, y, x);
                }
            }
        }

        return map;
    }

    public Map Each(Func<Scalar, Scalar> function) => Of(Count, Channels, Height, Width, (n, c, y, x) => function(this[n, c, y, x]));

    public Map With(Map other, Func<Scalar, Scalar, Scalar> function) =>
        Of(Count, Channels, Height, Width, (n, c, y, x) => function(this[n, c, y, x], other[n, c, y, x]));

    /// <summary>All numbers of a picture's channel.</summary>
    public Scalar[] Plane(int n, int c) => Values[((n * Channels + c) * Height * Width)..((n * Channels + c + 1) * Height * Width)];

    /// <summary>The numbers of all channels at a place.</summary>
    public Scalar[] Column(int n, int y, int x) => [.. Enumerable.Range(0, Channels).Select(c => this[n, c, y, x])];
}
