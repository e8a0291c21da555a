namespace SpikingDetector.Service.Benchmarks;

/// <summary>What a figure of the service has to be.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Meaning">Its name for people, with its unit.</param>
/// <param name="Bound">The least or the most that it may be.</param>
/// <param name="IsLeast">Whether the bound is the least.</param>
internal sealed record Target(string Name, string Meaning, double Bound, bool IsLeast)
{
    public static readonly Target Throughput = new(
        "throughput_ratio", "pictures a second through HTTP, of the bare model's", 0.95, IsLeast: true);

    public static readonly Target AddedMedian = new(
        "added_latency_p50_ms", "latency added to decode and inference at one client, p50, ms", 1, IsLeast: false);

    public static readonly Target AddedTail = new(
        "added_latency_p99_ms", "the same, p99, ms", 5, IsLeast: false);

    public static readonly Target Memory = new(
        "memory_ratio", "memory after all requests, of that after the first twentieth", 1.05, IsLeast: false);

    public static readonly Target Allocation = new(
        "allocated_kib_per_request", "managed allocation a request beyond the framework's, KiB", 64, IsLeast: false);

    public static readonly Target Start = new(
        "start_to_ready_s", "from the start of the process to ready, s", 2, IsLeast: false);

    public bool IsMetBy(double value) => IsLeast ? value >= Bound : value <= Bound;
}
