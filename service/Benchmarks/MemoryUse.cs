using System.Globalization;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>Memory of a service, in bytes.</summary>
/// <param name="WorkingSet">Of the process.</param>
/// <param name="ManagedHeap">Of it the managed heap, as of the last collection.</param>
internal sealed record MemoryUse(long WorkingSet, long ManagedHeap)
{
    private const string HeapMetric = "dotnet_gc_last_collection_heap_size_bytes{";

    /// <summary>The working set as the system knows it, and the heap as the service's own <c>/metrics</c> tell.</summary>
    public static async Task<MemoryUse> OfAsync(ServiceProcess process, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = process.Address };
        string metrics = await client.GetStringAsync("/metrics", cancellation);
        double heap = metrics.Split('\n')
            .Where(line => line.StartsWith(HeapMetric, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
        return new MemoryUse(process.WorkingSet, (long)heap);
    }
}
