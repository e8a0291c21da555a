namespace SpikingDetector.Export.Tests.Slow;

/// <summary>Channels, rows and columns of one picture at one time step.</summary>
public sealed class FeatureMap(int channels, int height, int width)
{
    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public float[] Data { get; } = new float[channels * height * width];

    public ref float this[int channel, int y, int x] => ref Data[(channel * height + y) * width + x];

    /// <summary>0 beyond the edges.</summary>
    public float Padded(int channel, int y, int x) =>
        y < 0 || x < 0 || y >= height || x >= width ? 0 : this[channel, y, x];

    public FeatureMap Apply(Func<float, float> function)
    {
        var result = new FeatureMap(channels, height, width);
        for (int i = 0; i < Data.Length; i++)
            result.Data[i] = function(Data[i]);
        return result;
    }

    public FeatureMap Combine(FeatureMap other, Func<float, float, float> function)
    {
        Assert.Equal((channels, height, width), (other.Channels, other.Height, other.Width));
        var result = new FeatureMap(channels, height, width);
        for (int i = 0; i < Data.Length; i++)
            result.Data[i] = function(Data[i], other.Data[i]);
        return result;
    }
}
