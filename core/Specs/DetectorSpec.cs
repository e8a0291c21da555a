namespace SpikingDetector.Core.Specs;

/// <summary>Feature pyramid, heads, anchors and post-processing of Spiking RetinaNet, as torchvision's RetinaNet.</summary>
public sealed record DetectorSpec
{
    public int FpnChannels { get; init; } = 256;

    /// <summary>Convolutions before the last one of each head.</summary>
    public int HeadConvs { get; init; } = 4;

    public P6Source P6Source { get; init; } = P6Source.C5;

    /// <summary>Detections need a score above it, 0…1.</summary>
    public float ScoreThreshold { get; init; } = 0.05f;

    /// <summary>(anchor, class) pairs that each pyramid level may send to suppression.</summary>
    public int CandidatesPerLevel { get; init; } = 1000;

    /// <summary>Of two boxes of a class with a larger intersection over union than this the weaker is dropped.</summary>
    public float NmsThreshold { get; init; } = 0.5f;

    public int MaxDetections { get; init; } = 100;

    /// <summary>Anchor sizes in input pixels of the levels P3…P7.</summary>
    public IReadOnlyList<int> AnchorSizes { get; init; } = DefaultAnchorSizes;

    /// <summary>torchvision's sizes for P3…P7.</summary>
    public static IReadOnlyList<int> DefaultAnchorSizes { get; } = [32, 64, 128, 256, 512];
}
