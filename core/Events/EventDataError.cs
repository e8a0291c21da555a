namespace SpikingDetector.Core.Events;

/// <summary>Why event data were refused.</summary>
public enum EventDataError
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The first bytes are not those of a format that is read.</summary>
    UnsupportedFormat,

    /// <summary>There are more bytes, events or counts than <see cref="EventLimits"/> allows.</summary>
    TooLarge,

    /// <summary>The file is cut short, damaged, or holds something else than events or counts.</summary>
    Damaged,

    /// <summary>The file is sound, but not what the network takes: another sensor, another number of steps.</summary>
    Unfit,
}
