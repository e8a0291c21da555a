using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Architecture;

/// <summary>
/// The network that a spec describes, as a list of layers with their module paths and sizes. Training builds its
/// modules from it, the exporter its graph, a checkpoint its list of expected tensors, so that all agree.
/// </summary>
public sealed record NetworkLayout
{
    /// <summary>Of a detector: stages 2, 3 and 4. A classifier decodes its last stage.</summary>
    private const int DecodedStagesOfDetector = 3;

    public required ModelSpec Spec { get; init; }

    /// <summary>The first convolution; its neuron is <see cref="StemNeuron"/>.</summary>
    public required ConvolutionLayout Stem { get; init; }

    /// <summary>The stem's neuron: <c>sn1</c>, in a detector <c>backbone.body.sn1</c>.</summary>
    public required string StemNeuron { get; init; }

    /// <summary>The max-pool behind the stem's neuron, or null.</summary>
    public PoolLayout? StemPool { get; init; }

    /// <summary>The stages in order: four of a ResNet, seven of 7B-Net.</summary>
    public required IReadOnlyList<StageLayout> Stages { get; init; }

    /// <summary>All residual blocks in order.</summary>
    public IReadOnlyList<BlockLayout> Blocks => [.. Stages.SelectMany(stage => stage.Blocks)];

    /// <summary>One decoder behind the last stage of a classifier; three behind stages 2, 3 and 4 of a detector.</summary>
    public required IReadOnlyList<DecoderLayout> Decoders { get; init; }

    /// <summary>Feature pyramid and heads of a detector.</summary>
    public DetectorLayout? Detector { get; init; }

    /// <summary>The first of the stages that a decoder stands behind, as an index of <see cref="Stages"/>.</summary>
    public int FirstDecodedStage => Stages.Count - Decoders.Count;

    /// <summary>Channels that the classifier's fully connected layer <c>fc</c> sees.</summary>
    public int FeatureChannels => Stages[^1].OutChannels;

    /// <summary>
    /// Whether the input is the same at every time step, as a picture is. Then the stem's convolution runs once, and its
    /// result is the current of all steps; else every step has an input of its own.
    /// </summary>
    public bool HasConstantInput => Spec.Input is PictureInputSpec;

    /// <summary>
    /// Module paths of the spiking layers in the order of execution: the columns of <c>firing_rates</c>. Empty for an ANN.
    /// </summary>
    public IReadOnlyList<string> NeuronLayers => Spec.Backbone.Block == BlockKind.Ann
        ? []
        :
        [
            StemNeuron,
            .. Stages.SelectMany(stage => (string[])
                [.. stage.Entry is { } entry ? (string[])[entry.Neuron] : [], .. stage.Blocks.SelectMany(block => block.Neurons)]),
        ];

    /// <summary>Lays out the network of a spec.</summary>
    public static NetworkLayout Of(ModelSpec spec)
    {
        bool resnet = spec.Backbone.Family == BackboneFamily.ResNet;
        bool detects = spec.Task == ModelTask.Detection;
        string body = detects ? "backbone.body." : "";
        IReadOnlyList<StageLayout> stages = resnet
            ? ResNetLayout.LayOutStages(spec.Backbone, body)
            : SevenBLayout.LayOutStages(spec.Backbone);
        int[] channels = [.. stages.Select(stage => stage.OutChannels)];
        return new NetworkLayout
        {
            Spec = spec,
            Stem = resnet ? ResNetLayout.Stem(spec, body) : SevenBLayout.Stem(spec),
            StemNeuron = $"{body}sn1",
            StemPool = resnet ? ResNetLayout.StemPool(spec, body) : null,
            Stages = stages,
            Decoders = detects
                ? [.. channels[^DecodedStagesOfDetector..].Select((width, i) => LayOutDecoder(spec, $"backbone.decoders.{i}", width))]
                : [LayOutDecoder(spec, "decoder", channels[^1])],
            Detector = spec.Detector is { } detector ? LayOutDetector(detector, spec.ClassCount, channels) : null,
        };
    }

    /// <summary>Channels of the narrowest stage that a decoder stands behind: the bound of its reduction.</summary>
    internal static int SmallestDecodedChannels(BackboneSpec backbone, bool detects)
    {
        IReadOnlyList<StageLayout> stages = backbone.Family == BackboneFamily.ResNet
            ? ResNetLayout.LayOutStages(backbone, "")
            : SevenBLayout.LayOutStages(backbone);
        return stages.TakeLast(detects ? DecodedStagesOfDetector : 1).Min(stage => stage.OutChannels);
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
