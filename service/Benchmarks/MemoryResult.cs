namespace SpikingDetector.Service.Benchmarks;

/// <summary>Memory of a process that serves and does nothing else.</summary>
/// <param name="EarlyRequests">The first twentieth of all requests.</param>
/// <param name="Early">After these.</param>
/// <param name="Requests">All requests.</param>
/// <param name="Late">After all.</param>
internal sealed record MemoryResult(int EarlyRequests, MemoryUse Early, int Requests, MemoryUse Late)
{
    public double Ratio => (double)Late.WorkingSet / Early.WorkingSet;
}
