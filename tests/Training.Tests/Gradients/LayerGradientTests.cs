using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Every kind of layer against its formula: outputs, and gradients of inputs and weights.</summary>
public sealed class LayerGradientTests
{
    private const int Pictures = 2;

    public static MatrixTheoryData<NeuronKind, string, bool, int> Neurons { get; } = new(
        Enum.GetValues<NeuronKind>(), ["-0.25", "0", "null"], [true, false], [(int)SurrogateKind.Arctan, (int)SurrogateKind.Sigmoid]);

    /// <summary>Block kinds with the forms of the gate's gradient that they have.</summary>
    public static TheoryData<BlockKind, GateKind, int, int> Blocks()
    {
        var rows = new TheoryData<BlockKind, GateKind, int, int>();
        foreach (int depth in (int[])[10, 50])
        {
            foreach (GateGradient gradient in Enum.GetValues<GateGradient>())
                rows.Add(BlockKind.SpikeGate, GateKind.Bsg, (int)gradient, depth);
            rows.Add(BlockKind.SpikeGate, GateKind.BsgStar, (int)GateGradient.Or, depth);
            foreach (BlockKind block in Enum.GetValues<BlockKind>().Where(block => block != BlockKind.SpikeGate))
                rows.Add(block, GateKind.Bsg, (int)GateGradient.Or, depth);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void NeuronLayer_FollowsItsFormula(NeuronKind kind, string reset, bool detach, int surrogate)
    {
        var neuron = new NeuronSpec
        {
            Kind = kind,
            Threshold = 0.8f,
            Reset = reset == "null" ? null : float.Parse(reset, System.Globalization.CultureInfo.InvariantCulture),
            Tau = kind == NeuronKind.IntegrateAndFire ? null : 1.7f,
        };
        ModelSpec spec = TinySpecs.Classifier(TinySpecs.Backbone() with { Neuron = neuron, TimeSteps = 5 });
        var training = new NeuronTraining { DetachReset = detach, Surrogate = new Surrogate((SurrogateKind)surrogate, 3f) };

        // 90 neurons: more than one vector of 16, and the last one not full.
        GradientCheck.Run(spec, training, check =>
        {
            (Tensor fast, Map slow) = check.Reals(5 * Pictures, 3, 3, 5);
            var layer = new NeuronLayer(check.Weights, "sn1", training);
            return (layer.Forward(fast, check.Pass), check.Slow.Activate("sn1", slow).Values);
        });
    }

    [Theory]
    [MemberData(nameof(Neurons))]
    public void NeuronLayer_OfAConstantCurrent_SumsTheGradientOverTheSteps(NeuronKind kind, string reset, bool detach, int surrogate)
    {
        var neuron = new NeuronSpec
        {
            Kind = kind,
            Reset = reset == "null" ? null : float.Parse(reset, System.Globalization.CultureInfo.InvariantCulture),
            Tau = kind == NeuronKind.IntegrateAndFire ? null : 1.7f,
        };
        ModelSpec spec = TinySpecs.Classifier(TinySpecs.Backbone() with { Neuron = neuron, TimeSteps = 4 });
        var training = new NeuronTraining { DetachReset = detach, Surrogate = new Surrogate((SurrogateKind)surrogate, 2f) };
        GradientCheck.Run(spec, training, check =>
        {
            (Tensor fast, Map slow) = check.Reals(Pictures, 3, 3, 5);
            Map repeated = Map.Of(4 * Pictures, 3, 3, 5, (n, c, y, x) => slow[n % Pictures, c, y, x]);
            var layer = new NeuronLayer(check.Weights, "sn1", training);
            return (layer.Forward(fast, check.Pass, constantCurrent: true), check.Slow.Activate("sn1", repeated).Values);
        });
    }

    [Theory]
    [InlineData("conv1", StemKind.ImageNet, 10, true)]
    [InlineData("conv1", StemKind.Cifar, 10, true)]
    [InlineData("conv1", StemKind.Cifar, 10, false)]
    [InlineData("layer2.0.conv1", StemKind.Cifar, 10, true)]
    [InlineData("layer2.0.downsample.0", StemKind.Cifar, 10, true)]
    [InlineData("layer2.0.downsample.0", StemKind.Cifar, 10, false)]
    [InlineData("layer1.0.conv1", StemKind.Cifar, 50, true)]
    [InlineData("layer1.0.downsample.0", StemKind.Cifar, 50, true)]
    public void Convolution_WithItsBatchNormalisation_FollowsItsFormula(string name, StemKind stem, int depth, bool batchStatistics)
    {
        ModelSpec spec = TinySpecs.Classifier(TinySpecs.Backbone() with { Stem = stem, Depth = depth });
        GradientCheck.Run(
            spec,
            null,
            check =>
            {
                ConvolutionLayout layout = Convolutions(check.Network).Single(layer => layer.Name == name);

                // Time folded into the batch: 3 steps of 2 pictures share one mean and variance. An odd side.
                (Tensor fast, Map slow) = check.Reals(3 * Pictures, layout.InChannels, 6, 9);
                return (
                    new Convolution(check.Weights, layout).Forward(fast, check.Pass),
                    check.Slow.Convolve(name, layout.BatchNorm!, slow, layout.Kernel, layout.Stride).Values);
            },
            batchStatistics);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_WithIdentityShortcut_FollowsItsFormula(BlockKind block, GateKind gate, int gradient, int depth) =>
        CheckBlock(block, gate, (GateGradient)gradient, depth, "layer1.1");

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_WithConvolvedShortcut_FollowsItsFormula(BlockKind block, GateKind gate, int gradient, int depth) =>
        CheckBlock(block, gate, (GateGradient)gradient, depth, "layer2.0");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AttentionDecoder_FollowsItsFormula(int temporalReduction)
    {
        var decoder = new DecoderSpec { ChannelReduction = 4, TemporalReduction = temporalReduction };
        ModelSpec spec = TinySpecs.Classifier(TinySpecs.Backbone() with { BaseChannels = 2, TimeSteps = 4 }, decoder);
        GradientCheck.Run(spec, null, check =>
        {
            (Tensor fast, Map slow) = check.Spikes(4 * Pictures, 16, 3, 5);
            return (new SpikeDecoder(check.Weights, check.Network.Decoders[0]).Forward(fast), check.Slow.Decode("decoder", slow).Values);
        });
    }

    [Fact]
    public void RateDecoder_IsTheMeanOverTheSteps() => GradientCheck.Run(
        TinySpecs.Classifier(TinySpecs.Backbone()), null, check =>
        {
            (Tensor fast, Map slow) = check.Spikes(3 * Pictures, 24, 2, 3);
            return (new SpikeDecoder(check.Weights, check.Network.Decoders[0]).Forward(fast), check.Slow.Decode("decoder", slow).Values);
        });

    [Theory]
    [InlineData(P6Source.C5)]
    [InlineData(P6Source.P5)]
    public void FeaturePyramid_FollowsItsFormula(P6Source source) => GradientCheck.Run(
        TinySpecs.Detector(TinySpecs.Backbone(), source: source), null, check =>
        {
            (Tensor Fast, Map Slow)[] stages = [check.Reals(1, 6, 8, 12), check.Reals(1, 12, 4, 6), check.Reals(1, 24, 2, 3)];
            Tensor[] fast = new FeaturePyramid(check.Weights, check.Network.Detector!, source)
                .Forward([.. stages.Select(stage => stage.Fast)], check.Pass);
            Map[] slow = check.Slow.Pyramid([.. stages.Select(stage => stage.Slow)]);
            return (cat([.. fast.Select(level => level.flatten())], 0), [.. slow.SelectMany(level => level.Values)]);
        });

    [Fact]
    public void DetectionHead_FollowsItsFormula() => GradientCheck.Run(
        TinySpecs.Detector(TinySpecs.Backbone()), null, check =>
        {
            (Tensor Fast, Map Slow)[] levels = [check.Reals(Pictures, 3, 3, 4), check.Reals(Pictures, 3, 1, 2)];
            Tensor fast = new DetectionHead(check.Weights, check.Network.Detector!.Classification)
                .Forward([.. levels.Select(level => level.Fast)], check.Pass);
            return (fast, check.Slow.Head("classification_head", "cls_logits", [.. levels.Select(level => level.Slow)]));
        });

    private static void CheckBlock(BlockKind block, GateKind gate, GateGradient gradient, int depth, string name)
    {
        // Of 18 layers, so that layer1 has a second block, whose shortcut is the identity at any depth.
        BackboneSpec backbone = TinySpecs.Backbone(block) with { Gate = gate, Depth = depth == 10 ? 18 : depth };
        var training = new NeuronTraining { GateGradient = gradient };
        GradientCheck.Run(TinySpecs.Classifier(backbone), training, check =>
        {
            BlockLayout layout = check.Network.Blocks.Single(candidate => candidate.Name == name);
            (Tensor fast, Map slow) = check.Spikes(backbone.TimeSteps * Pictures, layout.InChannels, 4, 6);
            return (
                new ResidualBlock(check.Weights, layout, training).Forward(fast, check.Pass),
                check.Slow.Block(name, slow, layout.Stride).Values);
        });
    }

    private static IEnumerable<ConvolutionLayout> Convolutions(NetworkLayout network) =>
    [
        network.Stem,
        .. network.Blocks.SelectMany(block => block.Branch.Select(unit => unit.Convolution)),
        .. network.Blocks.Select(block => block.Shortcut).OfType<ConvolutionLayout>(),
    ];
}
