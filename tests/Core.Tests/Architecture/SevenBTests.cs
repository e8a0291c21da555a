using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Architecture;

/// <summary>7B-Net (Fang et al. 2021) for DVS-CIFAR10: names, shapes, parameters and multiply-adds.</summary>
public sealed class SevenBTests
{
    private const int Steps = 16;

    private static readonly ModelSpec Paper = new()
    {
        Name = "dvs",
        Task = ModelTask.Classification,
        Backbone = new BackboneSpec
        {
            Family = BackboneFamily.SevenB,
            Neuron = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2 },
            TimeSteps = Steps,
        },
        Decoder = new DecoderSpec { Kind = DecoderKind.Rate },
        Labels = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")],
        Input = new EventInputSpec { Height = 128, Width = 128 },
    };

    [Fact]
    public void Parameters_AreThePapers()
    {
        Assert.Equal(1_192_218, Cost(Paper).Parameters);
        Assert.Equal(1_192_218, Cost(Paper).Layers.Sum(layer => layer.Parameters));

        // 16 PLIF constants; gates of 4 · 64 + 3 · 128 channels with w and b; 2 · 16² + 2 · 128 · 8 + 98 of the decoder.
        Assert.Equal(1_192_202, Cost(With(backbone => backbone with { Neuron = new NeuronSpec() })).Parameters);
        Assert.Equal(1_192_218 + 2 * 640, Cost(With(backbone => backbone with { Gate = GateKind.BsgStar })).Parameters);
        Assert.Equal(1_192_218 + 512 + 2048 + 98, Cost(Paper with { Decoder = new DecoderSpec() }).Parameters);
    }

    [Fact]
    public void Tensors_HaveTheNamesAndShapesThatTheDocumentationSays()
    {
        string[] tensors =
            [.. TensorLayout.Of(NetworkLayout.Of(Paper)).Select(tensor => $"{tensor.Name} {string.Join('x', tensor.Shape)}")];

        List<string> expected = ["conv1.weight 64x2x1x1", .. Norm("bn1", 64), "sn1.w "];
        for (int layer = 1; layer <= 7; layer++)
        {
            int width = layer <= 4 ? 64 : 128;
            if (layer == 5)
                expected.AddRange(["conv2.weight 128x64x1x1", .. Norm("bn2", 128), "sn2.w "]);
            for (int unit = 1; unit <= 2; unit++)
            {
                expected.Add($"layer{layer}.0.conv{unit}.weight {width}x{width}x3x3");
                expected.AddRange([.. Norm($"layer{layer}.0.bn{unit}", width), $"layer{layer}.0.sn{unit}.w "]);
            }
        }

        Assert.Equal([.. expected, "fc.weight 10x128", "fc.bias 10"], tensors);
    }

    [Fact]
    public void NeuronLayers_AreInTheOrderOfExecution() => Assert.Equal(
        [
            "sn1", "layer1.0.sn1", "layer1.0.sn2", "layer2.0.sn1", "layer2.0.sn2", "layer3.0.sn1", "layer3.0.sn2",
            "layer4.0.sn1", "layer4.0.sn2", "sn2", "layer5.0.sn1", "layer5.0.sn2", "layer6.0.sn1", "layer6.0.sn2",
            "layer7.0.sn1", "layer7.0.sn2",
        ],
        NetworkLayout.Of(Paper).NeuronLayers);

    [Theory]
    [InlineData(BlockKind.Spiking)]
    [InlineData(BlockKind.SewAdd)]
    [InlineData(BlockKind.SewAnd)]
    [InlineData(BlockKind.SewIand)]
    public void OtherBlocks_HaveTheSameTensors(BlockKind block) => Assert.Equal(
        TensorLayout.Of(NetworkLayout.Of(Paper)).Select(tensor => tensor.Name),
        TensorLayout.Of(NetworkLayout.Of(With(backbone => backbone with { Block = block }))).Select(tensor => tensor.Name));

    [Fact]
    public void Macs_OfARecording()
    {
        NetworkCost cost = Cost(Paper);

        Assert.Equal(128L * 128 * 2 * 64, cost.Macs(NetworkPart.Stem));

        // Blocks at 128, 64, 32 and 16, the 1×1 convolution at 8, blocks at 8, 4 and 2 positions a side.
        long narrow = (128 * 128 + 64 * 64 + 32 * 32 + 16 * 16) * 2L * 9 * 64 * 64;
        long wide = (8 * 8 + 4 * 4 + 2 * 2) * 2L * 9 * 128 * 128;
        Assert.Equal(narrow + 8 * 8 * 64 * 128 + wide, cost.Macs(NetworkPart.Blocks));
        Assert.Equal(0, cost.Macs(NetworkPart.Shortcuts));
        Assert.Equal(1280, cost.Macs(NetworkPart.Classifier));
        LayerCost last = cost.Layers.Single(layer => layer.Part == NetworkPart.Decoder);
        Assert.Equal((128, 1, 1), (last.Channels, last.Height, last.Width));
    }

    [Fact]
    public void Runs_TheStemOfEventsRunsAtEveryStepAndThatOfPicturesOnce()
    {
        NetworkCost events = Cost(Paper);
        Assert.Equal(Steps, events.Layers.Single(layer => layer.Name == "conv1").Runs);
        Assert.All(events.Layers.Where(layer => layer.Part == NetworkPart.Blocks), layer => Assert.Equal(Steps, layer.Runs));
        Assert.All(events.Layers.TakeLast(2), layer => Assert.Equal(1, layer.Runs));

        NetworkCost pictures = Cost(PaperSpecs.Classifier(18, 10, DecoderKind.Attention));
        Assert.Equal(1, pictures.Layers.Single(layer => layer.Name == "conv1").Runs);
        Assert.All(
            pictures.Layers.Where(layer => layer.Part is NetworkPart.Blocks or NetworkPart.Shortcuts),
            layer => Assert.Equal(4, layer.Runs));
        Assert.All(pictures.Layers.TakeLast(2), layer => Assert.Equal(1, layer.Runs));
    }

    private static string[] Norm(string name, int channels) =>
        [.. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(tensor => $"{name}.{tensor} {channels}")];

    private static ModelSpec With(Func<BackboneSpec, BackboneSpec> change) => Paper with { Backbone = change(Paper.Backbone) };

    private static NetworkCost Cost(ModelSpec spec) => NetworkCost.Of(NetworkLayout.Of(spec));
}
