using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests;

/// <summary>Specs of networks that nested loops can compute.</summary>
public static class TinySpecs
{
    private static readonly PictureInputSpec Input = new()
    {
        Height = 32,
        Width = 64,
        Mean = [0.5f, 0.5f, 0.5f],
        Std = [0.5f, 0.5f, 0.5f],
    };

    public static ModelSpec Classifier(BackboneSpec backbone, DecoderSpec decoder) => new()
    {
        Name = "tiny",
        Task = ModelTask.Classification,
        Backbone = backbone,
        Decoder = decoder,
        Labels = ["a", "b", "c"],
        Input = Input,
    };

    public static ModelSpec Detector(BackboneSpec backbone, DecoderSpec decoder, DetectorSpec detector) => new()
    {
        Name = "tiny",
        Task = ModelTask.Detection,
        Backbone = backbone,
        Decoder = decoder,
        Detector = detector,
        Categories = [new Category(7, "left"), new Category(3, "right")],
        Input = Input with { Height = 64, Width = 96 },
    };

    /// <summary>7B-Net, the smallest; twice as wide as high, so that 1×2 positions are left in the end.</summary>
    public static ModelSpec Events(BlockKind block, DecoderSpec decoder, NeuronSpec? neuron = null, GateKind gate = GateKind.Bsg) => new()
    {
        Name = "tiny-events",
        Task = ModelTask.Classification,
        Backbone = Backbone(block) with { Family = BackboneFamily.SevenB, Gate = gate, Neuron = neuron ?? new() },
        Decoder = decoder,
        Labels = ["a", "b", "c"],
        Input = new EventInputSpec { Height = 128, Width = 256 },
    };

    /// <summary>Event networks of every kind of block, neuron and decoder, by name.</summary>
    public static IReadOnlyDictionary<string, ModelSpec> EventVariants { get; } = MakeEventVariants();

    private static Dictionary<string, ModelSpec> MakeEventVariants()
    {
        var rate = new DecoderSpec { Kind = DecoderKind.Rate };
        var attention = new DecoderSpec { ChannelReduction = 4 };
        var lif = new NeuronSpec { Kind = NeuronKind.Leaky, Tau = 2, Threshold = 0.5f };
        NeuronSpec plif = lif with { Kind = NeuronKind.ParametricLeaky };
        return new Dictionary<string, ModelSpec>
        {
            ["sg"] = Events(BlockKind.SpikeGate, rate),
            ["sg asd"] = Events(BlockKind.SpikeGate, attention),
            ["sg asd plif"] = Events(BlockKind.SpikeGate, attention, plif),
            ["sg bsg_star lif"] = Events(BlockKind.SpikeGate, rate, lif, GateKind.BsgStar),
            ["spiking"] = Events(BlockKind.Spiking, rate),
            ["spiking plif soft"] = Events(BlockKind.Spiking, attention, plif with { Reset = null }),
            ["sew_add plif"] = Events(BlockKind.SewAdd, rate, plif),
            ["sew_and"] = Events(BlockKind.SewAnd, rate),
            ["sew_iand lif"] = Events(BlockKind.SewIand, attention, lif with { Threshold = 0.125f }),
            ["ann"] = Events(BlockKind.Ann, rate),
        };
    }

    /// <summary>The smallest backbone of a kind.</summary>
    public static BackboneSpec Backbone(BlockKind block) => new()
    {
        Depth = 10,
        BaseChannels = 4,
        Stem = StemKind.Cifar,
        Block = block,
        TimeSteps = block == BlockKind.Ann ? 1 : 3,
    };
}
