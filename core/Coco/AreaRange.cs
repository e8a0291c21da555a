namespace SpikingDetector.Core.Coco;

/// <summary>Objects of which size count.</summary>
internal enum AreaRange
{
    All,
    Small,
    Medium,
    Large,
}
