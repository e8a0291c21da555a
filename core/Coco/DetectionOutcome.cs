namespace SpikingDetector.Core.Coco;

/// <summary>What a detection counts as at one overlap threshold and in one range of areas.</summary>
internal enum DetectionOutcome : byte
{
    FalsePositive,
    TruePositive,
    Ignored,
}
