using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Tests.Quantization;

/// <summary>Which layers get 8 bits.</summary>
public sealed class LayerScalesTests : IDisposable
{
    private readonly TinyCheckpoint _checkpoint = new(TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { Kind = DecoderKind.Rate }));
    private readonly CalibrationSamples _samples = new();
    private readonly Random _random = new(2);

    public void Dispose() => _checkpoint.Dispose();

    [Fact]
    public void SpreadNumbers_GetBytes_AndTheReportSaysWhatItCosts()
    {
        _samples.Add("spread", [Numbers(x => x), Numbers(x => x)]);
        var scales = new LayerScales(_checkpoint.File, _samples);
        Assert.NotNull(scales.Range("spread"));
        Assert.Equal("spread", scales.Layers.Single().Name);
        Assert.InRange(scales.Layers.Single().SignalToNoise!.Value, 45, 56);
    }

    [Fact]
    public void NumbersThatNeedMoreBits_StayFloat32()
    {
        // A few numbers are a thousand times as large as the others, which all become zero.
        _samples.Add("peaks", [Numbers(x => x < 0.97f ? x / 1000 : 1)]);
        var scales = new LayerScales(_checkpoint.File, _samples);
        Assert.Null(scales.Range("peaks"));
        Assert.Null(scales.Layers.Single().Scale);
        Assert.InRange(scales.Layers.Single().SignalToNoise!.Value, -20, 10);
    }

    [Fact]
    public void CurrentsWhoseRoundingFlipsSpikes_StayFloat32()
    {
        UnitLayout unit = _checkpoint.File.Network.Stages[0].Blocks[0].Branch[0];

        // All currents within a hundredth of the threshold, and some hundred times as large, so that no scale fits both.
        float[][] currents = [.. Enumerable.Range(0, 3).Select(_ => (float[])
            [.. Enumerable.Range(0, 2000).Select(_ => (float)(1 + 0.001 * (_random.NextDouble() - 0.5)))])];
        _samples.Add(unit.Convolution.Name, currents);
        CurrentScale current = new LayerScales(_checkpoint.File, _samples).Current(unit);
        Assert.Null(current.Scale);
        Assert.False(current.Narrow);
        Assert.InRange(current.Flipped, 0.01, 1);
    }

    private float[] Numbers(Func<float, float> change) => [.. Enumerable.Range(0, 4000).Select(_ => change(_random.NextSingle()))];
}
