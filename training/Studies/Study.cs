namespace SpikingDetector.Training.Studies;

/// <summary>A question that the paper answers, and the networks whose training answers it here.</summary>
/// <param name="Name">On the command line, and that of its folder.</param>
/// <param name="Title">The question.</param>
/// <param name="Claim">What the paper says.</param>
/// <param name="Proposed">The network that the others are compared with.</param>
/// <param name="Others">The others.</param>
/// <param name="Depths">Those of the paper, unless others are asked for.</param>
internal sealed record Study(string Name, string Title, string Claim, Variant Proposed, IReadOnlyList<Variant> Others, IReadOnlyList<int> Depths)
{
    private static readonly int[] PaperDepths = [10, 18, 34];

    /// <summary>Studies that train networks.</summary>
    public static IReadOnlyList<Study> Trained { get; } =
    [
        new(
            "decoder",
            "Attention spike decoder against rate decoding",
            "ASD decodes better than the mean over the time steps.",
            Variant.SpikeGate,
            [Variant.RateDecoded],
            PaperDepths),
        new(
            "gate",
            "The gate BSG against the learned gate BSG*",
            "The gate that is the branch's own spikes, BSG, does better than one that is learned from them, BSG*.",
            Variant.SpikeGate,
            [Variant.LearnedGate],
            PaperDepths),
        new(
            "gate-gradient",
            "Three gradients of the gate BSG",
            "The paper does not say which it takes; all three have the same forward pass.",
            Variant.SpikeGate,
            [Variant.DetachedGradient, Variant.LiteralGradient],
            PaperDepths),
        new(
            "spiking",
            "SG against Spiking ResNet by depth",
            "SG trains at depths where Spiking ResNet does not any more.",
            Variant.SpikeGate,
            [Variant.Spiking],
            [.. PaperDepths, 50]),
        new(
            "sew",
            "SG against SEW ResNet",
            "SG does better than SEW IAND, whose blocks send spikes, too, and about as well as SEW ADD, whose blocks do not.",
            Variant.SpikeGate,
            [Variant.SewIand, Variant.SewAdd],
            PaperDepths)
        {
            Equal = Variant.SewAdd,
        },
    ];

    /// <summary>The one of the others that the paper finds about as good as the proposed network.</summary>
    public Variant? Equal { get; private init; }

    /// <summary>SG against the ordinary network by energy (Table 5).</summary>
    public static Study Energy { get; } = new(
        "energy",
        "Energy of SG and the ordinary ResNet",
        "SG ResNet18 takes 41.7 times less energy than ResNet18 (Table 5, CIFAR-100).",
        Variant.SpikeGate,
        [Variant.Ordinary],
        [18]);

    /// <summary>The runs of the study: the seeds in turn, and of each the shallow networks first.</summary>
    public IEnumerable<StudyRun> Runs(StudyScale scale) =>
        from seed in Enumerable.Range(0, scale.Seeds)
        from depth in scale.Depths ?? Depths
        from variant in (Variant[])[Proposed, .. Others]
        select new StudyRun(scale, variant, depth, seed);
}
