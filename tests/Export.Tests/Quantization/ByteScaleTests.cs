using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Tests.Quantization;

public sealed class ByteScaleTests
{
    [Fact]
    public void Byte_IsTheNearest_AndStopsAtTheEnds()
    {
        var scale = new ByteScale(0.5f, 100);
        Assert.Equal([100, 101, 100, 98, 0, 255], ((float[])[0, 0.5f, 0.25f, -1, -51, 1000]).Select(x => (int)scale.Byte(x)));
        Assert.Equal(-50, scale.Round(-51));
        Assert.Equal(77.5f, scale.Round(1000));
    }

    [Fact]
    public void Range_HasAByteForZero_AndNoRoomForWhatReluTakesAway()
    {
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 5000).Select(_ => random.NextSingle() * 4 - 1)];
        var signed = ByteScale.For([.. numbers], signed: true);
        var rectified = ByteScale.For([.. numbers], signed: false);
        Assert.Equal(0, signed.Round(0));
        Assert.Equal(0, rectified.ZeroPoint);
        Assert.InRange(signed.Scale, 0.9f * 4 / 255, 1.1f * 4 / 255);
        Assert.InRange(rectified.Scale, 0.9f * 3 / 255, 1.1f * 3 / 255);

        // Evenly spread numbers: a median of 1 over steps of 4/255, divided by the root of 12 for their error, is 47 dB.
        Assert.Equal(20 * Math.Log10(255 * Math.Sqrt(12) / 4), signed.SignalToNoise(numbers, signed: true), 1.0);
    }

    [Fact]
    public void RareLargeNumbers_AreCutForFinerSteps()
    {
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 200000).Select(_ => random.NextSingle() - 0.5f), 0.8f];
        var scale = ByteScale.For([.. numbers], signed: true);
        var whole = new ByteScale(1.3f / 255, 98);
        Assert.True(scale.SignalToNoise(numbers, true) > whole.SignalToNoise(numbers, true));
        Assert.InRange(scale.Scale, 0.99f / 255, 1.01f / 255);
    }

    [Fact]
    public void LargeNumbersThatCarryTheSignal_AreKept()
    {
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => random.NextSingle()), .. Enumerable.Repeat(100f, 40)];
        Assert.Equal(100, ByteScale.For([.. numbers], signed: false).Round(100), 0.5);
    }

    [Fact]
    public void NothingButZeros_HasAScale()
    {
        var scale = ByteScale.For(new float[10], signed: true);
        Assert.Equal(0, scale.Round(0));
        Assert.Equal(double.PositiveInfinity, scale.SignalToNoise(new float[10], signed: true));
    }
}
