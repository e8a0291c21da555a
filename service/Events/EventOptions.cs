using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.Events;

/// <summary>How large event data may be: the configuration section <c>Events</c>.</summary>
internal sealed class EventOptions
{
    public const string Section = "Events";

    /// <summary>Most events of a recording: 1…100 million, 5 million unless set; each takes 8 bytes of the body.</summary>
    [Range(1, 100_000_000)]
    public int MaxEvents { get; set; } = 5_000_000;
}
