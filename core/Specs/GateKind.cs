namespace SpikingDetector.Core.Specs;

/// <summary>The gate of a spike-gate block: the branch's own spikes, or a learned threshold per channel (BSG*).</summary>
public enum GateKind
{
    Bsg,
    BsgStar,
}
