using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// The network that a spec describes, as a list of layers with their module paths and sizes. Training builds its
/// modules from it, the exporter its graph, a checkpoint its list of expected tensors, so that all agree.
/// </summary>
public sealed record NetworkLayout
{
    private static readonly int[] DecodedStagesOfDetector = [2, 3, 4];

    public required ModelSpec Spec { get; init; }

    /// <summary>The first convolution; its neuron is <see cref="StemNeuron"/>.</summary>
    public required ConvolutionLayout Stem { get; init; }

    /// <summary>The stem's neuron: <c>sn1</c>, in a detector <c>backbone.body.sn1</c>.</summary>
    public required string StemNeuron { get; init; }

    /// <summary>All residual blocks in order.</summary>
    public required IReadOnlyList<BlockLayout> Blocks { get; init; }

    /// <summary>One decoder behind stage 4 of a classifier; three behind stages 2, 3 and 4 of a detector.</summary>
    public required IReadOnlyList<DecoderLayout> Decoders { get; init; }

    /// <summary>Feature pyramid and heads of a detector.</summary>
    public DetectorLayout? Detector { get; init; }

    /// <summary>Channels that the classifier's fully connected layer <c>fc</c> sees.</summary>
    public int FeatureChannels => Blocks[^1].OutChannels;

    /// <summary>
    /// Module paths of the spiking layers in the order of execution: the columns of <c>firing_rates</c>. Empty for an ANN.
    /// </summary>
    public IReadOnlyList<string> NeuronLayers => Spec.Backbone.Block == BlockKind.Ann
        ? []
        : [StemNeuron, .. Blocks.SelectMany(block => (string[])
            [.. block.ShortcutNeuron is { } shortcut ? (string[])[shortcut] : [], .. block.Branch.Select(part => part.Neuron)])];

    /// <summary>Lays out the network of a spec.</summary>
    public static NetworkLayout Of(ModelSpec spec)
    {
        bool detects = spec.Task == ModelTask.Detection;
        string body = detects ? "backbone.body." : "";
        BackboneSpec backbone = spec.Backbone;
        bool imagenet = backbone.Stem == StemKind.ImageNet;
        var stem = new ConvolutionLayout(
            $"{body}conv1", spec.Input.Channels, backbone.BaseChannels, imagenet ? 7 : 3, imagenet ? 2 : 1, $"{body}bn1");
        List<BlockLayout> blocks = LayOutBlocks(backbone, body);
        int[] stages = [.. Enumerable.Range(1, 4).Select(stage => blocks.Last(block => block.Stage == stage).OutChannels)];
        return new NetworkLayout
        {
            Spec = spec,
            Stem = stem,
            StemNeuron = $"{body}sn1",
            Blocks = blocks,
            Decoders = detects
                ? [.. DecodedStagesOfDetector.Select((stage, i) => LayOutDecoder(spec, $"backbone.decoders.{i}", stages[stage - 1]))]
                : [LayOutDecoder(spec, "decoder", stages[3])],
            Detector = spec.Detector is { } detector ? LayOutDetector(detector, spec.ClassCount, stages) : null,
        };
    }

    /// <summary>Channels of the narrowest stage that a decoder stands behind: the bound of its reduction.</summary>
    internal static int SmallestDecodedChannels(BackboneSpec backbone, bool detects) =>
        backbone.BaseChannels * Expansion(backbone) * (detects ? 2 : 8);

    private static int Expansion(BackboneSpec backbone) => backbone.Depth == 50 ? 4 : 1;

    private static int[] BlocksPerStage(int depth) => depth switch
    {
        10 => [1, 1, 1, 1],
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "depth is 10, 18, 34 or 50"),
    };

    private static List<BlockLayout> LayOutBlocks(BackboneSpec backbone, string body)
    {
        var blocks = new List<BlockLayout>();
        int channels = backbone.BaseChannels;
        int[] counts = BlocksPerStage(backbone.Depth);
        for (int stage = 1; stage <= 4; stage++)
        {
            int width = backbone.BaseChannels << (stage - 1);
            for (int index = 0; index < counts[stage - 1]; index++)
            {
                int stride = stage > 1 && index == 0 ? 2 : 1;
                BlockLayout block = LayOutBlock(backbone, $"{body}layer{stage}.{index}", stage, channels, width, stride);
                blocks.Add(block);
                channels = block.OutChannels;
            }
        }

        return blocks;
    }

    private static BlockLayout LayOutBlock(BackboneSpec backbone, string name, int stage, int inChannels, int width, int stride)
    {
        int outChannels = width * Expansion(backbone);
        BranchLayout[] branch = backbone.Depth == 50
            ? [Part(1, inChannels, width, 1, 1), Part(2, width, width, 3, stride), Part(3, width, outChannels, 1, 1)]
            : [Part(1, inChannels, width, 3, stride), Part(2, width, width, 3, 1)];
        bool changesShape = stride != 1 || inChannels != outChannels;
        bool plainShortcut = backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        return new BlockLayout
        {
            Name = name,
            Stage = stage,
            InChannels = inChannels,
            OutChannels = outChannels,
            Stride = stride,
            Branch = branch,
            Shortcut = changesShape
                ? new ConvolutionLayout($"{name}.downsample.0", inChannels, outChannels, 1, stride, $"{name}.downsample.1")
                : null,
            ShortcutNeuron = changesShape && !plainShortcut ? $"{name}.downsample.2" : null,
            Gate = backbone is { Block: BlockKind.SpikeGate, Gate: GateKind.BsgStar } ? $"{name}.gate" : null,
        };

        BranchLayout Part(int number, int from, int to, int kernel, int step) =>
            new(new ConvolutionLayout($"{name}.conv{number}", from, to, kernel, step, $"{name}.bn{number}"), $"{name}.sn{number}");
    }

    private static DecoderLayout LayOutDecoder(ModelSpec spec, string name, int channels) => new(
        name,
        spec.Decoder.Kind,
        spec.Backbone.TimeSteps,
        channels,
        spec.Backbone.TimeSteps / spec.Decoder.TemporalReduction,
        channels / spec.Decoder.ChannelReduction);

    private static DetectorLayout LayOutDetector(DetectorSpec detector, int classes, int[] stages)
    {
        int width = detector.FpnChannels;
        return new DetectorLayout
        {
            Inner = [.. Enumerable.Range(0, 3).Select(i => Conv($"backbone.fpn.inner_blocks.{i}.0", stages[i + 1], width, 1))],
            Outer = [.. Enumerable.Range(0, 3).Select(i => Conv($"backbone.fpn.layer_blocks.{i}.0", width, width, 3))],
            P6 = Conv("backbone.fpn.extra_blocks.p6", detector.P6Source == P6Source.C5 ? stages[3] : width, width, 3, 2),
            P7 = Conv("backbone.fpn.extra_blocks.p7", width, width, 3, 2),
            Classification = Head("head.classification_head", "cls_logits", classes),
            Regression = Head("head.regression_head", "bbox_reg", 4),
        };

        static ConvolutionLayout Conv(string name, int from, int to, int kernel, int stride = 1) =>
            new(name, from, to, kernel, stride, null);

        ConvolutionLayout[] Head(string name, string last, int outputsPerAnchor) =>
        [
            .. Enumerable.Range(0, detector.HeadConvs).Select(i => Conv($"{name}.conv.{i}.0", width, width, 3)),
            Conv($"{name}.{last}", width, DetectorLayout.AnchorsPerPosition * outputsPerAnchor, 3),
        ];
    }
}
