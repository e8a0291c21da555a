using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Specs small enough to be computed number by number.</summary>
internal static class TinySpecs
{
    private static readonly PictureInputSpec Picture = new() { Height = 32, Width = 32, Mean = [0.5f, 0.4f, 0.3f], Std = [0.2f, 0.3f, 0.25f] };

    public static ModelSpec Classifier(BackboneSpec backbone, DecoderSpec? decoder = null) => new()
    {
        Name = "tiny",
        Task = ModelTask.Classification,
        Backbone = backbone,
        Decoder = decoder ?? new DecoderSpec { Kind = DecoderKind.Rate },
        Labels = ["a", "b", "c"],
        Input = Picture,
    };

    public static ModelSpec Detector(BackboneSpec backbone, DecoderSpec? decoder = null, P6Source source = P6Source.C5) => new()
    {
        Name = "tiny",
        Task = ModelTask.Detection,
        Backbone = backbone,
        Decoder = decoder ?? new DecoderSpec { Kind = DecoderKind.Rate },
        Detector = new DetectorSpec { FpnChannels = 3, HeadConvs = 1, P6Source = source },
        Categories = [new Category(1, "a"), new Category(5, "b")],
        Input = Picture with { Height = 64, Width = 96 },
    };

    public static BackboneSpec Backbone(BlockKind block = BlockKind.SpikeGate) => new()
    {
        Depth = 10,
        BaseChannels = 3,
        Stem = StemKind.Cifar,
        Block = block,
        TimeSteps = block == BlockKind.Ann ? 1 : 3,
    };
}
