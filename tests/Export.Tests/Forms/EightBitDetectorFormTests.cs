using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Calibration;
using SpikingDetector.Export.Forms;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Tests.Forms;

/// <summary>What lies between the convolutions of pyramid and heads, in bytes against numbers.</summary>
public sealed class EightBitDetectorFormTests : IDisposable
{
    private static readonly ByteScale Scale = new(0.5f, 90);
    private static readonly ByteScale Coarser = new(0.25f, 40);

    private readonly TinyCheckpoint _checkpoint = new(TinySpecs.Detector(
        TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { ChannelReduction = 4 }, new DetectorSpec { FpnChannels = 8, HeadConvs = 1 }));

    public void Dispose() => _checkpoint.Dispose();

    [Fact]
    public void Rectify_TakesTheBytesOfNegativeNumbersAway()
    {
        byte[] bytes = [0, 10, 89, 90, 91, 255];
        float[] expected = [.. bytes.Select(q => Math.Max(0, (q - Scale.ZeroPoint) * Scale.Scale))];
        Assert.Equal(expected, Run([], bytes, [1, 1, 2, 3], [1, 1, 2, 3], (form, x, _) => form.Rectify("p7", x)));
    }

    [Fact]
    public void AddEnlarged_AddsEveryNumberOfTheCoarserLevelFourTimes()
    {
        byte[] lateral = [.. Enumerable.Range(80, 24).Select(q => (byte)q)];
        byte[] coarser = [10, 40, 60, 80, 100, 120];
        float[][] samples = [[.. Enumerable.Range(-60, 200).Select(x => x / 4f)]];
        float[] found = Run(samples, lateral, [1, 1, 4, 6], [1, 1, 4, 6], (form, x, second) => form.AddEnlarged("sum", x, second), coarser);
        for (int i = 0; i < found.Length; i++)
        {
            float above = (coarser[i / 12 * 3 + i % 6 / 2] - Coarser.ZeroPoint) * Coarser.Scale;
            Assert.Equal((lateral[i] - Scale.ZeroPoint) * Scale.Scale + above, found[i], 0.11);
        }

        Assert.InRange(found.Distinct().Count(), 10, 24);
    }

    [Fact]
    public void Sums_OfAFloatAndAByte_AreRoundedOnce()
    {
        byte[] bytes = [0, 90, 91, 255];
        float[] found = LayerModel.Run(
            graph =>
            {
                Value x = graph.Input<byte>("x", 1, 4);
                Value sum = graph.AddMixed(graph.Scalar(0.3f), null, x, Scale, Coarser);
                graph.Output<float>("z", graph.Dequantize(sum, Coarser), 1, 4);
            },
            ("x", Tensor.Of(bytes, 1, 4)))["z"].Floats;
        Assert.Equal(bytes.Select(q => Coarser.Round((q - Scale.ZeroPoint) * Scale.Scale + 0.3f)), found);
    }

    private float[] Run(
        float[][] samples,
        byte[] bytes,
        int[] shape,
        int[] outShape,
        Func<EightBitDetectorForm, Activation, Activation, Activation> emit,
        byte[]? second = null)
    {
        var calibration = new CalibrationSamples();
        calibration.Add("sum", samples);
        return LayerModel.Run(
            graph =>
            {
                var form = new EightBitDetectorForm(graph, _checkpoint.File, new LayerScales(_checkpoint.File, calibration));
                var x = new Activation(graph.Input<byte>("x", Sides(shape)), shape[2], shape[3], Scale);
                Activation coarser = second is null
                    ? default
                    : new Activation(graph.Input<byte>("y", 1, 1, shape[2] / 2, shape[3] / 2), shape[2] / 2, shape[3] / 2, Coarser);
                Activation result = emit(form, x, coarser);
                graph.Output<float>("z", graph.ToFloat(result.Value, result.Scale), Sides(outShape));
            },
            second is null
                ? [("x", Tensor.Of(bytes, shape))]
                : [("x", Tensor.Of(bytes, shape)), ("y", Tensor.Of(second, 1, 1, shape[2] / 2, shape[3] / 2))])["z"].Floats;
    }

    private static Dimension[] Sides(int[] shape) => [.. shape.Select(side => (Dimension)side)];
}
