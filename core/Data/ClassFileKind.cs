namespace SpikingDetector.Core.Data;

/// <summary>What the class folders of a data folder hold.</summary>
public enum ClassFileKind
{
    /// <summary>Pictures.</summary>
    Pictures,

    /// <summary>Recordings of an event camera, or frames of event counts.</summary>
    Events,
}
