using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>
/// Hostile requests, each made of a seed, against a service in a process of its own. 600 of them, unless the environment variable
/// <c>SPIKING_DETECTOR_FUZZ</c> says how many; <c>SPIKING_DETECTOR_FUZZ_SEED</c> is the first seed, 1 unless set.
/// </summary>
public sealed class FuzzTests
{
    private const int Clients = 8;
    private const long MostMemory = 2L << 30;

    private static readonly int Count = FromEnvironment("SPIKING_DETECTOR_FUZZ", 600);
    private static readonly int FirstSeed = FromEnvironment("SPIKING_DETECTOR_FUZZ_SEED", 1);

    private readonly ConcurrentBag<string> _faults = [];
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private TimeSpan _longest;

    [Fact]
    public void OneSeed_IsOneBody()
    {
        for (int seed = 1; seed < 400; seed++)
        {
            (FuzzCase first, FuzzCase second) = (FuzzCase.Of(seed), FuzzCase.Of(seed));
            Assert.Equal(first.Bytes, second.Bytes);
            Assert.Equal(first with { Bytes = [] }, second with { Bytes = first.Bytes[..0] });
        }
    }

    [Fact]
    public async Task HostileRequests_AreRefused_AndDoNoHarm()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        using var models = new TemporaryFolder();
        FuzzModels.ExportTo(models);
        var grpc = new Uri($"http://127.0.0.1:{ChildService.FreePort()}");
        await using ChildService service = await ChildService.StartAsync($"--Models:Folder={models.Path}", $"--Grpc:Url={grpc}");
        using var client = new FuzzClient(service.Address, grpc);

        int sent = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Interlocked.Increment(ref sent) is var number && number <= Count && !service.HasExited)
                await SendAsync(client, FuzzCase.Of(FirstSeed + number - 1));
        }));

        long memory = service.HasExited ? 0 : service.PeakWorkingSet;
        TestContext.Current.SendDiagnosticMessage(
            $"{string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}"))}; "
            + $"longest {_longest.TotalSeconds:F2} s, memory at most {memory >> 20} MiB");
        string[] log = [.. service.Log.SkipWhile(line => !line.Contains(" ERR ", StringComparison.Ordinal)).Take(12)];
        Assert.True(_faults.IsEmpty, $"{_faults.Count} faults:\n{string.Join('\n', _faults.Take(12))}\n{string.Join('\n', log)}");
        Assert.False(service.HasExited, string.Join('\n', service.Log.TakeLast(20)));
        Assert.Empty(log);
        Assert.InRange(memory, 0, MostMemory);
        using var friend = new HttpClient { BaseAddress = service.Address };
        Assert.Equal(HttpStatusCode.OK, await service.StatusAsync(friend, "/health/ready"));
        await (await friend.PostAsync("/detect", Requests.Raw(FuzzFiles.Pictures["baseline.jpg"]))).JsonAsync();
    }

    private async Task SendAsync(FuzzClient client, FuzzCase request)
    {
        try
        {
            FuzzAnswer answer = await client.SendAsync(request);
            string outcome = answer.GrpcStatus is { } status ? $"grpc {status}" : $"{(answer.Statuses is [int first, ..] ? first : 0)}";
            _counts.AddOrUpdate($"{request.Kind} {outcome}", 1, (_, count) => count + 1);
            lock (_counts)
                _longest = answer.Elapsed > _longest ? answer.Elapsed : _longest;
            if (answer.FaultOf(request) is { } fault)
                _faults.Add($"{request}: {fault[..Math.Min(fault.Length, 900)]}");
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or HttpRequestException)
        {
            _faults.Add($"{request}: {exception.Message}");
        }
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);
}
