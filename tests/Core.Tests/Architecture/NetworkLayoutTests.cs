using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Architecture;

/// <summary>Names and sizes where no reference file has them: bottlenecks, learned neurons and gates, other blocks.</summary>
public sealed class NetworkLayoutTests
{
    [Fact]
    public void ABottleneck_HasTorchvisionsNamesAndStrides()
    {
        NetworkLayout network = NetworkLayout.Of(PaperSpecs.Classifier(50, 10, DecoderKind.Rate));

        Assert.Equal([3, 4, 6, 3], Enumerable.Range(1, 4).Select(stage => network.Blocks.Count(block => block.Stage == stage)));
        BlockLayout block = network.Blocks.Single(block => block.Name == "layer2.0");
        Assert.Equal((256, 512, 2), (block.InChannels, block.OutChannels, block.Stride));
        Assert.Equal(
            [
                new UnitLayout(new("layer2.0.conv1", 256, 128, 1, 1, "layer2.0.bn1"), "layer2.0.sn1"),
                new UnitLayout(new("layer2.0.conv2", 128, 128, 3, 2, "layer2.0.bn2"), "layer2.0.sn2"),
                new UnitLayout(new("layer2.0.conv3", 128, 512, 1, 1, "layer2.0.bn3"), "layer2.0.sn3"),
            ],
            block.Branch);
        Assert.Equal(new ConvolutionLayout("layer2.0.downsample.0", 256, 512, 1, 2, "layer2.0.downsample.1"), block.Shortcut);
        Assert.Equal("layer2.0.downsample.2", block.ShortcutNeuron);

        // The first stage widens without a stride, so its shortcut has a convolution too.
        Assert.Equal(new ConvolutionLayout("layer1.0.downsample.0", 64, 256, 1, 1, "layer1.0.downsample.1"), network.Blocks[0].Shortcut);
        Assert.Null(network.Blocks[1].Shortcut);
        Assert.Equal(2048, network.FeatureChannels);
    }

    [Fact]
    public void LearnedNeuronsAndGates_HaveTheirTensors()
    {
        ModelSpec spec = PaperSpecs.Classifier(50, 10, DecoderKind.Rate, GateKind.BsgStar);
        spec = spec with { Backbone = spec.Backbone with { Neuron = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2 } } };

        var tensors = TensorLayout.Of(NetworkLayout.Of(spec)).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);

        foreach (string neuron in (string[])["sn1", "layer1.0.sn1", "layer1.0.sn2", "layer1.0.sn3", "layer1.0.downsample.2", "layer4.2.sn3"])
            Assert.Empty(tensors[$"{neuron}.w"]);
        Assert.DoesNotContain("layer1.1.downsample.2.w", tensors.Keys);
        Assert.Equal([512L], tensors["layer2.3.gate.weight"]);
        Assert.Equal([512L], tensors["layer2.3.gate.bias"]);
    }

    [Theory]
    [InlineData(BlockKind.SpikeGate, true)]
    [InlineData(BlockKind.SewAdd, true)]
    [InlineData(BlockKind.SewAnd, true)]
    [InlineData(BlockKind.SewIand, true)]
    [InlineData(BlockKind.Spiking, false)]
    [InlineData(BlockKind.Ann, false)]
    public void AShortcutThatChangesTheShape_HasANeuronWhereTheBlockJoinsSpikes(BlockKind block, bool neuron)
    {
        ModelSpec spec = PaperSpecs.Classifier(10, 10, DecoderKind.Rate);

        NetworkLayout network = NetworkLayout.Of(spec with { Backbone = spec.Backbone with { Block = block } });

        Assert.Equal(neuron ? "layer2.0.downsample.2" : null, network.Blocks[1].ShortcutNeuron);
        Assert.NotNull(network.Blocks[1].Shortcut);
        Assert.Equal(block == BlockKind.Ann ? 0 : neuron ? 12 : 9, network.NeuronLayers.Count);
    }

    [Fact]
    public void ReductionsOfTheDecoder_SetTheWidthsOfItsNets()
    {
        ModelSpec spec = PaperSpecs.Classifier(18, 10, DecoderKind.Attention);
        spec = spec with { Decoder = spec.Decoder with { ChannelReduction = 8, TemporalReduction = 2 } };

        var tensors = TensorLayout.Of(NetworkLayout.Of(spec)).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);

        Assert.Equal([2L, 4, 1, 1], tensors["decoder.temporal.fc1.weight"]);
        Assert.Equal([4L, 2, 1, 1], tensors["decoder.temporal.fc2.weight"]);
        Assert.Equal([64L, 512, 1, 1], tensors["decoder.channel.fc1.weight"]);
        Assert.Equal([512L, 64, 1, 1], tensors["decoder.channel.fc2.weight"]);
        Assert.Equal([1L, 2, 7, 7], tensors["decoder.spatial.conv.weight"]);
    }
}
