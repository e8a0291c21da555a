namespace SpikingDetector.Core.Architecture;

/// <summary>The parts by which a network's cost is summed up.</summary>
public enum NetworkPart
{
    Stem,
    Blocks,
    Shortcuts,
    Decoder,
    Classifier,
    Fpn,
    Head,
}
