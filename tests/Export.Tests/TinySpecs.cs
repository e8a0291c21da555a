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
