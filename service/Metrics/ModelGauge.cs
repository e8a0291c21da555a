namespace SpikingDetector.Service.Metrics;

/// <summary>A model as <c>/metrics</c> tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Status">As <c>/models</c> says it: ready, loading, refused.</param>
/// <param name="Device">Where it runs, as <c>/models</c> says it; null unless it is served.</param>
/// <param name="Precision">Its number format, as <c>/models</c> says it; null unless it is served.</param>
internal readonly record struct ModelGauge(string Name, string Version, string Status, string? Device, string? Precision);
