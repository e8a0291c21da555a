namespace SpikingDetector.Core.Events;

/// <summary>
/// How large event data may be. What a file says of its size is held against these before memory is taken, so that a
/// small file cannot ask for gigabytes.
/// </summary>
public sealed record EventLimits
{
    /// <summary>Most bytes of a file: 128 MiB unless set.</summary>
    public long MaxBytes { get; init; } = 128L << 20;

    /// <summary>Most events of a recording: 5 million unless set; CIFAR10-DVS has 0.1 to 0.3 million each.</summary>
    public int MaxEvents { get; init; } = 5_000_000;

    /// <summary>Most counts of event frames: 8,388,608 unless set, which is 64 steps of two polarities at 256×256.</summary>
    public int MaxCounts { get; init; } = 64 * EventFrames.Polarities * 256 * 256;

    /// <summary>The limits that hold unless others are given.</summary>
    public static EventLimits Default { get; } = new();
}
