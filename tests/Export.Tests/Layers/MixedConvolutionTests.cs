using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Quantization;

namespace SpikingDetector.Export.Tests.Layers;

/// <summary>Convolutions of bytes against nested loops over the numbers that the bytes stand for.</summary>
public sealed class MixedConvolutionTests : IDisposable
{
    private const int Height = 5;
    private const int Width = 6;
    private static readonly ByteScale Input = new(0.03125f, 90);
    private static readonly ByteScale Output = new(0.0625f, 120);

    private readonly TinyCheckpoint _checkpoint = new(TinySpecs.Detector(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { ChannelReduction = 4 }, new DetectorSpec { FpnChannels = 8, HeadConvs = 1 }));

    public void Dispose() => _checkpoint.Dispose();

    [Theory]
    [InlineData("backbone.fpn.inner_blocks.0.0")]
    [InlineData("backbone.fpn.layer_blocks.1.0")]
    [InlineData("backbone.fpn.extra_blocks.p7")]
    public void BytesToBytes_RoundOnce(string name)
    {
        ConvolutionLayout layout = Layout(name);
        byte[] pixels = Pixels(layout);
        double[] expected = Convolve(layout, pixels);
        byte[] found = [.. Run(layout, pixels, (graph, input) =>
            graph.Dequantize(new MixedConvolution(graph, _checkpoint.File, layout).Emit(input, Input, Output), new ByteScale(1, 0))).Select(x => (byte)x)];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(Math.Clamp(expected[i] / Output.Scale + Output.ZeroPoint, 0, 255), found[i], 0.501);
        Assert.InRange(found.Distinct().Count(), 20, 256);
    }

    [Theory]
    [InlineData("backbone.fpn.inner_blocks.0.0")]
    [InlineData("backbone.fpn.extra_blocks.p6")]
    public void BytesToFloats_UseTheWeightsAsTheyAre(string name)
    {
        ConvolutionLayout layout = Layout(name);
        byte[] pixels = Pixels(layout);
        float[] weight = _checkpoint.Tensors[$"{name}.weight"];
        double[] expected = Convolve(layout, pixels, weight);
        float[] found = Run(layout, pixels, (graph, input) => new MixedConvolution(graph, _checkpoint.File, layout).Emit(input, Input, null));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-4);
        Assert.Equal([.. expected.Select(x => Math.Max(x, 0)).Select(x => (float)x)], Run(layout, pixels, (graph, input) =>
            new MixedConvolution(graph, _checkpoint.File, layout).Emit(input, Input, null, rectifies: true)), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData("backbone.fpn.inner_blocks.0.0")]
    [InlineData("backbone.fpn.layer_blocks.1.0")]
    [InlineData("backbone.fpn.extra_blocks.p7")]
    public void Patches_KeepTheSumsWhole(string name)
    {
        ConvolutionLayout layout = Layout(name);
        byte[] pixels = Pixels(layout);
        double[] expected = Convolve(layout, pixels);
        float[] found = Run(layout, pixels, (graph, input) => graph.Transpose(
            new PatchConvolution(graph, _checkpoint.File, layout).Emit(graph.Transpose(input, 0, 2, 3, 1), Height, Width, Input), 0, 3, 1, 2));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-4);
    }

    private static byte[] Pixels(ConvolutionLayout layout)
    {
        var pixels = new byte[2 * layout.InChannels * Height * Width];
        new Random(4).NextBytes(pixels);
        return pixels;
    }

    private static float[] Run(ConvolutionLayout layout, byte[] pixels, Func<GraphBuilder, Value, Value> emit) => LayerModel.Run(
        graph =>
        {
            Value input = graph.Input<byte>("x", 2, layout.InChannels, Height, Width);
            graph.Output<float>("y", emit(graph, input), 2, layout.OutChannels, layout.OutputSide(Height), layout.OutputSide(Width));
        },
        ("x", Tensor.Of(pixels, 2, layout.InChannels, Height, Width)))["y"].Floats;

    /// <summary>With the weights rounded to 127 steps of each channel's largest, unless others are given.</summary>
    private double[] Convolve(ConvolutionLayout layout, byte[] pixels, float[]? weight = null)
    {
        weight ??= Rounded(layout);
        float[] bias = _checkpoint.Tensors[$"{layout.Name}.bias"];
        (int k, int pad, int height, int width) = (layout.Kernel, layout.Padding, layout.OutputSide(Height), layout.OutputSide(Width));
        var result = new List<double>();
        foreach (int[] at in Grid(2, layout.OutChannels, height, width))
        {
            double sum = bias[at[1]];
            foreach (int[] tap in Grid(layout.InChannels, k, k))
            {
                (int row, int column) = (at[2] * layout.Stride + tap[1] - pad, at[3] * layout.Stride + tap[2] - pad);
                if (row < 0 || row >= Height || column < 0 || column >= Width)
                    continue;
                byte pixel = pixels[((at[0] * layout.InChannels + tap[0]) * Height + row) * Width + column];
                double factor = weight[((at[1] * layout.InChannels + tap[0]) * k + tap[1]) * k + tap[2]];
                sum += factor * ((pixel - Input.ZeroPoint) * Input.Scale);
            }

            result.Add(sum);
        }

        return [.. result];
    }

    /// <summary>All places of a grid, row-major.</summary>
    private static IEnumerable<int[]> Grid(params int[] sides) => sides.Aggregate(
        (IEnumerable<int[]>)[[]], (places, side) => places.SelectMany(place => Enumerable.Range(0, side).Select(i => (int[])[.. place, i])));

    private float[] Rounded(ConvolutionLayout layout)
    {
        float[] weight = _checkpoint.Tensors[$"{layout.Name}.weight"];
        int perChannel = weight.Length / layout.OutChannels;
        return [.. weight.Select((value, i) =>
        {
            float largest = weight.Skip(i / perChannel * perChannel).Take(perChannel).Max(Math.Abs);
            return largest == 0 ? 0 : MathF.Round(value / largest * 127) * largest / 127;
        })];
    }

    private ConvolutionLayout Layout(string name)
    {
        DetectorLayout detector = _checkpoint.File.Network.Detector!;
        return detector.Inner.Concat(detector.Outer).Append(detector.P6).Append(detector.P7).Single(layout => layout.Name == name);
    }
}
