using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Tests.Slow;

namespace SpikingDetector.Export.Tests.Layers;

public sealed class FoldedWeightsTests
{
    [Fact]
    public void FoldedConvolution_IsConvolutionThenBatchNorm()
    {
        using var checkpoint = new TinyCheckpoint(
            TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { Kind = DecoderKind.Rate }),
            randomNorm: true);
        ConvolutionLayout layout = checkpoint.File.Network.Blocks[1].Branch[0].Convolution;
        var random = new Random(4);
        var input = new FeatureMap(layout.InChannels, 5, 7);
        for (int i = 0; i < input.Data.Length; i++)
            input.Data[i] = (float)random.NextDouble();

        FeatureMap expected = SlowLayers.BatchNorm(
            SlowLayers.Convolve(input, Tensor("conv1.weight"), null, layout.OutChannels, layout.Kernel, layout.Stride),
            Tensor("bn1.weight"),
            Tensor("bn1.bias"),
            Tensor("bn1.running_mean"),
            Tensor("bn1.running_var"));
        Tensor found = LayerModel.Run(
            graph =>
            {
                var convolution = new Convolution(graph, checkpoint.File, layout);
                graph.Output<float>(
                    "y",
                    convolution.Emit(graph.Input<float>("x", 1, input.Channels, input.Height, input.Width)),
                    1,
                    expected.Channels,
                    expected.Height,
                    expected.Width);
            },
            ("x", Tests.Tensor.Of(input.Data, 1, input.Channels, input.Height, input.Width)))["y"];

        Near.Equal(expected.Data, found.Floats, 1e-5);

        float[] Tensor(string name) => checkpoint.Tensors[$"layer2.0.{name}"];
    }

    [Fact]
    public void WeightsAndBias_AreRoundedOnce()
    {
        using var checkpoint = new TinyCheckpoint(
            TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { Kind = DecoderKind.Rate }),
            randomNorm: true);
        FoldedWeights folded = FoldedWeights.Read(checkpoint.File, checkpoint.File.Network.Stem);
        float[] weight = checkpoint.Tensors["conv1.weight"];
        for (int i = 0; i < weight.Length; i++)
        {
            int channel = i / (weight.Length / folded.Bias.Length);
            double scale = checkpoint.Tensors["bn1.weight"][channel] / Math.Sqrt(checkpoint.Tensors["bn1.running_var"][channel] + 1e-5);
            Assert.Equal((float)(weight[i] * scale), folded.Weight[i]);
            Assert.Equal(
                (float)(checkpoint.Tensors["bn1.bias"][channel] - checkpoint.Tensors["bn1.running_mean"][channel] * scale),
                folded.Bias[channel]);
        }
    }
}
