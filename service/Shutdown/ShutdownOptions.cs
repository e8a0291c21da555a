using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.Shutdown;

/// <summary>How the service ends: the configuration section <c>Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// Seconds for which the service goes on after SIGTERM, no longer ready, so that whatever sends it requests can learn of it:
    /// 0…600, 5 unless set. Ctrl-C does without.
    /// </summary>
    [Range(0, 600)]
    public double GraceSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds within which the requests that were accepted are answered after that: 1…3600, 35 unless set, more than the deadline
    /// of a request. What is left then is cut off.
    /// </summary>
    [Range(1, 3600)]
    public double DrainSeconds { get; set; } = 35;
}
