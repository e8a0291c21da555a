namespace SpikingDetector.Training.Studies;

/// <summary>One of the networks that a study compares.</summary>
/// <param name="Name">In names of folders and files.</param>
/// <param name="Title">In tables and sentences.</param>
/// <param name="Overrides">How it differs from the recipe's network, in the form of <c>--set</c>.</param>
internal sealed record Variant(string Name, string Title, IReadOnlyList<string> Overrides)
{
    private static readonly string[] AttentionDecoder = ["""model.decoder={"type":"asd"}"""];

    private static readonly string[] RateDecoder = ["""model.decoder={"type":"rate"}"""];

    /// <summary>What the paper proposes: blocks joined by the gate BSG, and ASD.</summary>
    public static Variant SpikeGate { get; } = OfBlock("sg", "SG", "sg");

    public static Variant RateDecoded { get; } =
        new("sg-rate", "SG, rate decoding", [.. Block("sg"), .. RateDecoder]);

    /// <summary>The learned gate BSG*.</summary>
    public static Variant LearnedGate { get; } =
        new("sg-bsg-star", "SG, BSG*", [.. SpikeGate.Overrides, "model.backbone.gate=bsg_star"]);

    public static Variant Spiking { get; } = OfBlock("spiking", "Spiking", "spiking");

    public static Variant SewIand { get; } = OfBlock("sew-iand", "SEW IAND", "sew_iand");

    public static Variant SewAdd { get; } = OfBlock("sew-add", "SEW ADD", "sew_add");

    /// <summary>The gate's gradient as the formula H·H + (1 − H)·X gives it.</summary>
    public static Variant LiteralGradient { get; } =
        new("sg-literal", "SG, literal gate gradient", [.. SpikeGate.Overrides, "neuron.gate_gradient=literal"]);

    /// <summary>The gate taken for a constant in the backward pass.</summary>
    public static Variant DetachedGradient { get; } =
        new("sg-detached", "SG, detached gate gradient", [.. SpikeGate.Overrides, "neuron.gate_gradient=detached"]);

    /// <summary>The ordinary ResNet of the same size.</summary>
    public static Variant Ordinary { get; } =
        new("ann", "ordinary ResNet", [.. Block("ann"), "model.backbone.time_steps=1", .. RateDecoder]);

    private static string[] Block(string block) => [$"model.backbone.block={block}", "model.backbone.gate=bsg"];

    private static Variant OfBlock(string name, string title, string block) => new(name, title, [.. Block(block), .. AttentionDecoder]);
}
