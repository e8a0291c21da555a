using SpikingDetector.Service.Models;
using SpikingDetector.Service.Shutdown;

namespace SpikingDetector.Service.Health;

/// <summary>Whether requests should be sent here, as every protocol tells it.</summary>
internal sealed class Readiness(ModelCatalog catalog, ShutdownState shutdown)
{
    /// <summary>Why not; null where they should.</summary>
    public string? NotReadyReason => shutdown.IsEnding ? "The service is about to stop." : catalog.NotReadyReason;
}
