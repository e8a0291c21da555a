namespace SpikingDetector.Core.Specs;

/// <summary>The words that stand for enumeration values in a spec.</summary>
internal static class SpecNames
{
    public static readonly (string Name, int Version)[] Formats = [(ModelSpec.Format, 1)];

    public static readonly (string Name, ModelTask Value)[] Tasks =
        [("classification", ModelTask.Classification), ("detection", ModelTask.Detection)];

    public static readonly (string Name, BackboneFamily Value)[] Families =
        [("resnet", BackboneFamily.ResNet), ("7b", BackboneFamily.SevenB)];

    public static readonly (string Name, StemKind Value)[] Stems =
        [("imagenet", StemKind.ImageNet), ("cifar", StemKind.Cifar)];

    public static readonly (string Name, BlockKind Value)[] Blocks =
    [
        ("sg", BlockKind.SpikeGate), ("spiking", BlockKind.Spiking), ("sew_add", BlockKind.SewAdd),
        ("sew_and", BlockKind.SewAnd), ("sew_iand", BlockKind.SewIand), ("ann", BlockKind.Ann),
    ];

    public static readonly (string Name, GateKind Value)[] Gates =
        [("bsg", GateKind.Bsg), ("bsg_star", GateKind.BsgStar)];

    public static readonly (string Name, NeuronKind Value)[] Neurons =
        [("if", NeuronKind.IntegrateAndFire), ("lif", NeuronKind.Leaky), ("plif", NeuronKind.ParametricLeaky)];

    public static readonly (string Name, DecoderKind Value)[] Decoders =
        [("asd", DecoderKind.Attention), ("rate", DecoderKind.Rate)];

    public static readonly (string Name, P6Source Value)[] P6Sources = [("c5", P6Source.C5), ("p5", P6Source.P5)];

    public static string Of<T>((string Name, T Value)[] names, T value)
        where T : struct, Enum =>
        names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Name;
}
