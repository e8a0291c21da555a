using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Architecture;

/// <summary>The networks of Zhang et al. 2023: 64 base channels, T = 4, r = 16.</summary>
internal static class PaperSpecs
{
    public static ModelSpec Classifier(int depth, int classes, DecoderKind decoder, GateKind gate = GateKind.Bsg)
    {
        bool imagenet = classes == 1000;
        int side = imagenet ? 224 : 32;
        return new ModelSpec
        {
            Name = "classifier",
            Task = ModelTask.Classification,
            Backbone = new BackboneSpec { Depth = depth, Stem = imagenet ? StemKind.ImageNet : StemKind.Cifar, Gate = gate },
            Decoder = new DecoderSpec { Kind = decoder },
            Labels = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
            Input = Input(side),
        };
    }

    /// <summary>Spiking RetinaNet for COCO's 80 categories.</summary>
    public static ModelSpec Detector(int depth, DecoderKind decoder, P6Source p6) => new()
    {
        Name = "detector",
        Task = ModelTask.Detection,
        Backbone = new BackboneSpec { Depth = depth },
        Decoder = new DecoderSpec { Kind = decoder },
        Detector = new DetectorSpec { P6Source = p6 },
        Categories = [.. Enumerable.Range(1, 80).Select(i => new Category(i, $"category {i}"))],
        Input = Input(640),
    };

    private static PictureInputSpec Input(int side) =>
        new() { Height = side, Width = side, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };
}
