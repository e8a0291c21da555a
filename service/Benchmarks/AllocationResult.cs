namespace SpikingDetector.Service.Benchmarks;

/// <summary>Managed bytes that a process allocates for a request, the client's part with it, which is the same in both.</summary>
/// <param name="Service">With the service.</param>
/// <param name="Framework">With a server that reads the same bodies and answers the same bytes, and does nothing else.</param>
internal sealed record AllocationResult(double Service, double Framework)
{
    public double BeyondFramework => Service - Framework;
}
