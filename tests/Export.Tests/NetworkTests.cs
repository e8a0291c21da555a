using Google.Protobuf;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Energy;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Tests.Slow;

namespace SpikingDetector.Export.Tests;

/// <summary>Whole small networks of every kind against nested loops.</summary>
public sealed class NetworkTests
{
    private const double Tolerance = 1e-4;
    private static readonly DecoderSpec Rate = new() { Kind = DecoderKind.Rate };

    public static TheoryData<string> Classifiers() => new(Variants.Keys);

    private static readonly Dictionary<string, ModelSpec> Variants = new()
    {
        ["sg bsg"] = Classifier(BlockKind.SpikeGate),
        ["sg bsg_star"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Gate = GateKind.BsgStar }),
        ["sg bsg_star threshold"] = Classifier(
            BlockKind.SpikeGate, backbone => backbone with { Gate = GateKind.BsgStar, GateThreshold = -0.25f }),
        ["spiking"] = Classifier(BlockKind.Spiking),
        ["sew_add"] = Classifier(BlockKind.SewAdd),
        ["sew_and"] = Classifier(BlockKind.SewAnd),
        ["sew_iand"] = Classifier(BlockKind.SewIand),
        ["ann"] = Classifier(BlockKind.Ann),
        ["lif"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Neuron = Leaky }),
        ["lif soft"] = Classifier(BlockKind.SewAdd, backbone => backbone with { Neuron = Leaky with { Reset = null } }),
        ["plif"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Neuron = Leaky with { Kind = NeuronKind.ParametricLeaky } }),
        ["if soft threshold"] = Classifier(
            BlockKind.SpikeGate, backbone => backbone with { Neuron = new NeuronSpec { Threshold = 0.75f, Reset = null } }),
        ["if reset below zero"] = Classifier(
            BlockKind.SpikeGate, backbone => backbone with { Neuron = new NeuronSpec { Reset = -0.5f } }),
        ["imagenet stem"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Stem = StemKind.ImageNet }),
        ["18 layers"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Depth = 18 }),
        ["34 layers"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Depth = 34, BaseChannels = 2 }),
        ["50 layers"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { Depth = 50, BaseChannels = 2 }),
        ["50 layers spiking"] = Classifier(BlockKind.Spiking, backbone => backbone with { Depth = 50, BaseChannels = 2 }),
        ["one step"] = Classifier(BlockKind.SpikeGate, backbone => backbone with { TimeSteps = 1 }),
        ["asd"] = Classifier(BlockKind.SpikeGate, decoder: new DecoderSpec { ChannelReduction = 4 }),
        ["asd one step"] = Classifier(
            BlockKind.SpikeGate, backbone => backbone with { TimeSteps = 1 }, new DecoderSpec { ChannelReduction = 4 }),
        ["asd temporal reduction"] = Classifier(
            BlockKind.SewAdd,
            backbone => backbone with { TimeSteps = 4 },
            new DecoderSpec { ChannelReduction = 2, TemporalReduction = 2 }),
    };

    private static NeuronSpec Leaky => new() { Kind = NeuronKind.Leaky, Tau = 2, Threshold = 0.5f };

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Classifier_AgreesWithNestedLoops(string variant)
    {
        ModelSpec spec = Variants[variant];
        using var checkpoint = new TinyCheckpoint(spec);
        bool spikes = spec.Backbone.Block != BlockKind.Ann;
        const int pictures = 2;
        byte[] pixels = checkpoint.RandomPixels(pictures);
        Dictionary<string, Tensor> outputs = Run(checkpoint, new ExportOptions { Activity = spikes }, pixels, pictures);
        int size = pixels.Length / pictures;
        for (int n = 0; n < pictures; n++)
        {
            var slow = new SlowNetwork(spec, name => checkpoint.Tensors[name]);
            float[] logits = slow.Classify(pixels[(n * size)..((n + 1) * size)]);
            Near.Equal(logits, outputs["logits"].Floats.AsSpan(n * logits.Length, logits.Length), Tolerance);
            if (spikes)
                CheckRates(slow, outputs["firing_rates"], n);
            if (spikes)
                CheckInputRates(spec, slow, outputs["input_rates"], n);
        }
    }

    public static MatrixTheoryData<string, int> EventClassifiers() => new(TinySpecs.EventVariants.Keys, [1, 2]);

    [Theory]
    [MemberData(nameof(EventClassifiers))]
    public void EventClassifier_AgreesWithNestedLoops(string variant, int recordings)
    {
        ModelSpec spec = TinySpecs.EventVariants[variant];
        using var checkpoint = new TinyCheckpoint(spec);
        bool spikes = spec.Backbone.Block != BlockKind.Ann;
        float[] counts = checkpoint.RandomCounts(recordings);
        using var model = new OnnxModel(
            OnnxExporter.Export(checkpoint.File, new ExportOptions { Activity = spikes }).ToByteArray());
        Dictionary<string, Tensor> outputs = model.Run(
            ("events", Tensor.Of(counts, recordings, spec.Backbone.TimeSteps, 2, spec.Input.Height, spec.Input.Width)));
        int size = counts.Length / recordings;
        for (int n = 0; n < recordings; n++)
        {
            var slow = new SlowNetwork(spec, name => checkpoint.Tensors[name]);
            float[] logits = slow.Classify(counts[(n * size)..((n + 1) * size)]);
            Near.Equal(logits, outputs["logits"].Floats.AsSpan(n * logits.Length, logits.Length), Tolerance);
            if (spikes)
                CheckRates(slow, outputs["firing_rates"], n);
            if (spikes)
                CheckInputRates(spec, slow, outputs["input_rates"], n);
        }
    }

    [Fact]
    public void NeuronLayers_AreNamedInTheOrderOfExecution()
    {
        foreach (ModelSpec spec in Variants.Values.Where(spec => spec.Backbone.Block != BlockKind.Ann))
        {
            using var checkpoint = new TinyCheckpoint(spec);
            using var model = new OnnxModel(
                OnnxExporter.Export(checkpoint.File, new ExportOptions { Activity = true }).ToByteArray());
            var slow = new SlowNetwork(spec, name => checkpoint.Tensors[name]);
            slow.Classify(checkpoint.RandomPixels(1));
            string[]? names = System.Text.Json.JsonSerializer.Deserialize<string[]>(model.Metadata["spiking_detector.activity"]);
            Assert.Equal(slow.FiringRates.Select(layer => layer.Layer), names);
        }
    }

    [Theory]
    [InlineData(BlockKind.SpikeGate, P6Source.C5, DecoderKind.Attention, 10, 2)]
    [InlineData(BlockKind.SpikeGate, P6Source.C5, DecoderKind.Attention, 10, 1, StemKind.Cifar)]
    [InlineData(BlockKind.SpikeGate, P6Source.P5, DecoderKind.Rate, 18, 1)]
    [InlineData(BlockKind.Ann, P6Source.P5, DecoderKind.Rate, 10, 0)]
    [InlineData(BlockKind.SewIand, P6Source.C5, DecoderKind.Rate, 50, 1)]
    public void DetectorHeads_AgreeWithNestedLoops(
        BlockKind block, P6Source source, DecoderKind decoder, int depth, int headConvs, StemKind stem = StemKind.ImageNet)
    {
        ModelSpec spec = TinySpecs.Detector(
            TinySpecs.Backbone(block) with { Depth = depth, Stem = stem },
            new DecoderSpec { Kind = decoder, ChannelReduction = 2 },
            new DetectorSpec { FpnChannels = 6, HeadConvs = headConvs, P6Source = source });
        using var checkpoint = new TinyCheckpoint(spec);
        byte[] pixels = checkpoint.RandomPixels(1);
        Dictionary<string, Tensor> outputs = Run(checkpoint, new ExportOptions { RawHeads = true }, pixels, 1);

        (float[] logits, float[] deltas) = new SlowNetwork(spec, name => checkpoint.Tensors[name]).RunHeads(pixels);

        Assert.InRange(logits.Distinct().Count(), logits.Length / 50, logits.Length);
        Near.Equal(logits, outputs["cls_logits"].Floats, Tolerance);
        Near.Equal(deltas, outputs["bbox_regression"].Floats, Tolerance);
    }

    private static void CheckRates(SlowNetwork slow, Tensor rates, int picture)
    {
        int columns = rates.Shape[1];
        Assert.Equal(slow.FiringRates.Count, columns);
        for (int i = 0; i < columns; i++)
            Assert.Equal(slow.FiringRates[i].Rate, rates.Floats[picture * columns + i], 1e-6);

        // A network that is silent or fires always would agree whatever its layers do.
        Assert.InRange(slow.FiringRates[^1].Rate, 0.01, 0.99);
    }

    private static void CheckInputRates(ModelSpec spec, SlowNetwork slow, Tensor rates, int picture)
    {
        IReadOnlyList<string> layers = new EnergyModel(NetworkLayout.Of(spec)).SpikingLayers;
        Assert.Equal(
            slow.Convolutions.Keys.Where(name => name != "conv1" || spec.Input is EventInputSpec).Order(StringComparer.Ordinal),
            layers.Order(StringComparer.Ordinal));
        Assert.Equal(layers.Count, rates.Shape[1]);
        for (int i = 0; i < layers.Count; i++)
            Assert.Equal(slow.Convolutions[layers[i]].Inputs.Average(), rates.Floats[picture * layers.Count + i], 1e-6);
    }

    private static Dictionary<string, Tensor> Run(TinyCheckpoint checkpoint, ExportOptions options, byte[] pixels, int pictures)
    {
        using var model = new OnnxModel(OnnxExporter.Export(checkpoint.File, options).ToByteArray());
        InputSpec input = checkpoint.Spec.Input;
        return model.Run(("image", Tensor.Of(pixels, pictures, input.Height, input.Width, 3)));
    }

    private static ModelSpec Classifier(
        BlockKind block, Func<BackboneSpec, BackboneSpec>? change = null, DecoderSpec? decoder = null) =>
        TinySpecs.Classifier((change ?? (same => same))(TinySpecs.Backbone(block)), decoder ?? Rate);
}
