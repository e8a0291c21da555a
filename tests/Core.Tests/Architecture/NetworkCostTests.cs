using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Architecture;

/// <summary>
/// Parameters and multiply-adds against figures worked out by hand from the layers' formulas: k²·C_in·C_out for a
/// convolution, 2·C for batch normalisation, T·T/r and C·C/r twice each and 98 for the attention decoder.
/// </summary>
public sealed class NetworkCostTests
{
    [Theory]
    [InlineData(10, 10, 4_903_242, 4_936_140, 1_920)]
    [InlineData(10, 100, 4_949_412, 4_982_310, 1_920)]
    [InlineData(10, 1000, 5_418_792, 5_451_690, 1_920)]
    [InlineData(18, 10, 11_173_962, 11_206_860, 3_840)]
    [InlineData(18, 100, 11_220_132, 11_253_030, 3_840)]
    [InlineData(18, 1000, 11_689_512, 11_722_410, 3_840)]
    [InlineData(34, 10, 21_282_122, 21_315_020, 7_552)]
    [InlineData(34, 100, 21_328_292, 21_361_190, 7_552)]
    [InlineData(34, 1000, 21_797_672, 21_830_570, 7_552)]
    [InlineData(50, 10, 23_520_842, 24_045_260, 30_208)]
    [InlineData(50, 100, 23_705_252, 24_229_670, 30_208)]
    [InlineData(50, 1000, 25_557_032, 26_081_450, 30_208)]
    public void Parameters_OfSpikeGateResNets(int depth, int classes, long rate, long attention, long learnedGate)
    {
        Assert.Equal(rate, Parameters(PaperSpecs.Classifier(depth, classes, DecoderKind.Rate)));
        Assert.Equal(attention, Parameters(PaperSpecs.Classifier(depth, classes, DecoderKind.Attention)));
        Assert.Equal(rate + learnedGate, Parameters(PaperSpecs.Classifier(depth, classes, DecoderKind.Rate, GateKind.BsgStar)));
        Assert.Equal(attention + learnedGate, Parameters(PaperSpecs.Classifier(depth, classes, DecoderKind.Attention, GateKind.BsgStar)));
    }

    [Theory]
    [InlineData(18, P6Source.C5, 21_410_100, 21_453_498)]
    [InlineData(34, P6Source.C5, 31_518_260, 31_561_658)]
    [InlineData(18, P6Source.P5, 20_820_276, 20_863_674)]
    [InlineData(34, P6Source.P5, 30_928_436, 30_971_834)]
    public void Parameters_OfSpikingRetinaNet(int depth, P6Source p6, long rate, long attention)
    {
        Assert.Equal(rate, Parameters(PaperSpecs.Detector(depth, DecoderKind.Rate, p6)));
        Assert.Equal(attention, Parameters(PaperSpecs.Detector(depth, DecoderKind.Attention, p6)));
    }

    [Theory]
    [InlineData(10, 245_366_784)]
    [InlineData(18, 547_356_672)]
    [InlineData(34, 1_151_336_448)]
    public void Macs_OfA32PixelPicture(int depth, long blocks)
    {
        NetworkCost cost = Cost(PaperSpecs.Classifier(depth, 100, DecoderKind.Rate));

        Assert.Equal(1_769_472, cost.Macs(NetworkPart.Stem));
        Assert.Equal(blocks, cost.Macs(NetworkPart.Blocks));
        Assert.Equal(6_291_456, cost.Macs(NetworkPart.Shortcuts));
        Assert.Equal(51_200, cost.Macs(NetworkPart.Classifier));
        Assert.Equal(0, cost.Macs(NetworkPart.Decoder));
        Assert.Equal(0, cost.Macs(NetworkPart.Fpn) + cost.Macs(NetworkPart.Head));
    }

    [Fact]
    public void Macs_OfTheAttentionDecoder()
    {
        NetworkCost cost = Cost(PaperSpecs.Classifier(18, 100, DecoderKind.Attention));

        // 4→4→4 over time, 512→32→512 on mean and maximum, 7×7 on 2 maps of 4×4.
        Assert.Equal(2 * 4 * 4 + 2 * 2 * 512 * 32 + 49 * 2 * 16, cost.Macs(NetworkPart.Decoder));
    }

    [Fact]
    public void Macs_OfTheDetectorsPyramidAndHeads()
    {
        NetworkCost cost = Cost(PaperSpecs.Detector(18, DecoderKind.Rate, P6Source.C5));

        // 640 pixels: levels of 80, 40, 20, 10 and 5 positions a side.
        const long inner = 6400 * 128 * 256 + 1600 * 256 * 256 + 400 * 512 * 256;
        const long outer = (6400 + 1600 + 400) * 9L * 256 * 256;
        const long extra = 100 * 9L * 512 * 256 + 25 * 9L * 256 * 256;
        Assert.Equal(inner + outer + extra, cost.Macs(NetworkPart.Fpn));
        const long positions = 6400 + 1600 + 400 + 100 + 25;
        Assert.Equal(positions * 9 * 256 * (8 * 256 + 9 * 80 + 9 * 4), cost.Macs(NetworkPart.Head));
        Assert.Equal(320L * 320 * 49 * 3 * 64, cost.Macs(NetworkPart.Stem));
    }

    [Theory]
    [InlineData(18, NeuronKind.IntegrateAndFire)]
    [InlineData(18, NeuronKind.ParametricLeaky)]
    [InlineData(50, NeuronKind.ParametricLeaky)]
    public void Layers_AddUpToAllParameters(int depth, NeuronKind neuron)
    {
        ModelSpec classifier = PaperSpecs.Classifier(depth, 10, DecoderKind.Attention, GateKind.BsgStar);
        var neuronSpec = new NeuronSpec { Kind = neuron, Tau = neuron == NeuronKind.ParametricLeaky ? 2 : null };
        classifier = classifier with { Backbone = classifier.Backbone with { Neuron = neuronSpec } };
        ModelSpec detector = PaperSpecs.Detector(depth, DecoderKind.Attention, P6Source.P5);
        detector = detector with { Backbone = detector.Backbone with { Neuron = neuronSpec } };

        foreach (ModelSpec spec in (ModelSpec[])[classifier, detector])
            Assert.Equal(Cost(spec).Parameters, Cost(spec).Layers.Sum(layer => layer.Parameters));
    }

    [Theory]
    [InlineData(10, 12)]
    [InlineData(18, 20)]
    [InlineData(34, 36)]
    [InlineData(50, 53)]
    public void Parameters_EachParametricNeuronAddsOne(int depth, int neurons)
    {
        ModelSpec spec = PaperSpecs.Classifier(depth, 10, DecoderKind.Rate);
        var plif = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2 };

        // The stem's neuron, those of the branches and of the 3 shortcuts that change the shape (4 with bottlenecks).
        Assert.Equal(neurons, Parameters(spec with { Backbone = spec.Backbone with { Neuron = plif } }) - Parameters(spec));
    }

    private static NetworkCost Cost(ModelSpec spec) => NetworkCost.Of(NetworkLayout.Of(spec));

    private static long Parameters(ModelSpec spec) => Cost(spec).Parameters;
}
