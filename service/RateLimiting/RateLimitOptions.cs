using System.ComponentModel.DataAnnotations;

namespace SpikingDetector.Service.RateLimiting;

/// <summary>How much one client may ask: the configuration section <c>RateLimit</c>.</summary>
internal sealed class RateLimitOptions : IValidatableObject
{
    public const string Section = "RateLimit";

    private const double Least = 0.001;

    /// <summary>Requests a second of one client in the long run: 0.001…100,000, or 0 (default) for no limit; more are 429.</summary>
    [Range(0, 100_000)]
    public double RequestsPerSecond { get; set; }

    /// <summary>Requests that a client may send at once after a pause: 1…1,000,000, 20 unless set.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 20;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RequestsPerSecond is > 0 and < Least)
            yield return new ValidationResult("RequestsPerSecond must be 0 (no limit) or at least 0.001.", [nameof(RequestsPerSecond)]);
    }
}
