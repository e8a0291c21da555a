namespace SpikingDetector.Service.Benchmarks;

/// <summary>What a benchmark does.</summary>
/// <param name="Pictures">Contents of the files that are sent in turns; at least one.</param>
/// <param name="Settings">Settings of the service as on its command line.</param>
/// <param name="Clients">Clients of the throughput and of the memory, at least 1.</param>
/// <param name="Turn">Time of each way of running in a round.</param>
/// <param name="Rounds">Number of rounds, at least 1.</param>
/// <param name="Requests">Requests for the memory.</param>
/// <param name="Starts">Number of starts, at least 1.</param>
internal sealed record BenchmarkPlan(
    IReadOnlyList<byte[]> Pictures, IReadOnlyList<string> Settings, int Clients, TimeSpan Turn, int Rounds, int Requests, int Starts);
