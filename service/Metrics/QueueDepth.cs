namespace SpikingDetector.Service.Metrics;

/// <summary>How many pictures wait for a model.</summary>
internal readonly record struct QueueDepth(string Model, int Pictures);
