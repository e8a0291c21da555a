namespace SpikingDetector.Core.Architecture;

/// <summary>
/// Feature pyramid and heads. Lists over levels run from fine to coarse: C3…C5 for the pyramid's own, P3…P7 for
/// what the heads see.
/// </summary>
public sealed record DetectorLayout
{
    /// <summary>Anchors at each position: 3 sizes times 3 ratios.</summary>
    public const int AnchorsPerPosition = 9;

    /// <summary>1×1 convolutions on the decoded stages 2, 3, 4.</summary>
    public required IReadOnlyList<ConvolutionLayout> Inner { get; init; }

    /// <summary>3×3 convolutions that give P3, P4, P5.</summary>
    public required IReadOnlyList<ConvolutionLayout> Outer { get; init; }

    /// <summary>3×3 convolution of stride 2 from C5 or P5.</summary>
    public required ConvolutionLayout P6 { get; init; }

    /// <summary>3×3 convolution of stride 2 on ReLU(P6).</summary>
    public required ConvolutionLayout P7 { get; init; }

    /// <summary>3×3 convolutions, each followed by ReLU, then the class logits (9 · classes channels).</summary>
    public required IReadOnlyList<ConvolutionLayout> Classification { get; init; }

    /// <summary>3×3 convolutions, each but the last followed by ReLU; the last gives the box deltas (9 · 4 channels).</summary>
    public required IReadOnlyList<ConvolutionLayout> Regression { get; init; }
}
