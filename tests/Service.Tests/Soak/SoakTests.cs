using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Soak;

/// <summary>
/// Good, slow, hostile and abandoned requests, mixed at random, against a service in a process of its own. A thousand unless the
/// environment variable <c>SPIKING_DETECTOR_SOAK</c> says how many.
/// </summary>
public sealed class SoakTests
{
    private const int Clients = 12;
    private const int DefaultRequests = 1000;
    private const double LongestSeconds = 30;

    private static readonly int RequestCount = int.Parse(
        Environment.GetEnvironmentVariable("SPIKING_DETECTOR_SOAK") ?? $"{DefaultRequests}", CultureInfo.InvariantCulture);

    private readonly ConcurrentBag<string> _faults = [];
    private readonly ConcurrentDictionary<string, int> _counts = new();

    [Fact]
    public async Task MixedRequests_AreAnsweredAsAlone_AndLeaveNothingBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles are counted in /proc.");
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(models["kinds.onnx"], ReferenceModels.Classifier);
        await using ChildService service = await ChildService.StartAsync($"--Models:Folder={models.Path}");
        IReadOnlyDictionary<SoakRequest, string> alone = await AnswersAloneAsync(service);

        // What the first requests of each kind take is kept; after a quarter of all there is nothing new any more.
        int early = RequestCount / 4;
        await SoakAsync(service, alone, early, seed: 1);
        (long memory, int handles) = await AtRestAsync(service);
        await SoakAsync(service, alone, RequestCount - early, seed: 2);
        (long lateMemory, int lateHandles) = await AtRestAsync(service);

        string found = string.Join('\n', _faults.Take(20));
        Assert.True(_faults.IsEmpty, $"{_faults.Count} faults:\n{found}");
        Assert.Equal(0, service.Log.Count(line => line.Contains(" ERR ", StringComparison.Ordinal)));
        TestContext.Current.SendDiagnosticMessage(
            $"{string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}"))}; memory {memory >> 20} → {lateMemory >> 20} MiB, "
            + $"handles {handles} → {lateHandles}");
        Assert.InRange(lateHandles, 0, handles + 8);

        // A short soak ends before the heap has found its size.
        Assert.InRange((double)lateMemory / memory, 0, RequestCount >= 10_000 ? 1.05 : 1.35);
    }

    /// <summary>What each good request is answered with nothing else under way.</summary>
    private static async Task<IReadOnlyDictionary<SoakRequest, string>> AnswersAloneAsync(ChildService service)
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        var answers = new Dictionary<SoakRequest, string>();
        foreach (SoakRequest request in SoakRequest.Good)
            answers.Add(request, WithoutTimes(await SendAsync(client, request, CancellationToken.None)));
        return answers;
    }

    private async Task SoakAsync(ChildService service, IReadOnlyDictionary<SoakRequest, string> alone, int requests, int seed)
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        int sent = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            var random = new Random(seed * 1000 + number);
            while (Interlocked.Increment(ref sent) <= requests)
                await SendOneAsync(client, alone, random);
        }));
    }

    private Task SendOneAsync(HttpClient client, IReadOnlyDictionary<SoakRequest, string> alone, Random random)
    {
        SoakRequest good = SoakRequest.Good[random.Next(SoakRequest.Good.Count)];
        return random.Next(100) switch
        {
            < 60 => CheckAsync(client, good, alone[good]),
            < 70 => CheckAsync(client, SoakRequest.Slow(good, random), alone[good]),
            < 85 => CheckAsync(client, SoakRequest.Hostile(random), null),
            < 92 => AbandonAsync(client, SoakRequest.Slow(good, random), random.Next(0, 80)),
            _ => AbandonAsync(client, good, random.Next(0, 30)),
        };
    }

    /// <param name="client">The client.</param>
    /// <param name="request">Good or hostile.</param>
    /// <param name="expected">The answer; null where any will do that is no failure of the service.</param>
    private async Task CheckAsync(HttpClient client, SoakRequest request, string? expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(LongestSeconds));
        try
        {
            using HttpResponseMessage response = await client.PostAsync(request.Path, request.Content(), limit.Token);
            string body = await response.Content.ReadAsStringAsync(limit.Token);
            _counts.AddOrUpdate($"{request.Kind} {(int)response.StatusCode}", 1, (_, count) => count + 1);
            bool asItShould = expected is null ? (int)response.StatusCode < 500 : response.IsSuccessStatusCode && WithoutTimes(body) == expected;
            if (!asItShould)
                _faults.Add($"{request.Kind} {request.Path}: {(int)response.StatusCode} {body}; expected {expected ?? "a refusal"}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            _faults.Add($"{request.Kind} {request.Path}: {exception.Message} {exception.InnerException?.Message}");
        }
    }

    private async Task AbandonAsync(HttpClient client, SoakRequest request, int milliseconds)
    {
        using var leave = new CancellationTokenSource(milliseconds);
        try
        {
            await SendAsync(client, request, leave.Token);
            _counts.AddOrUpdate("Abandoned too late", 1, (_, count) => count + 1);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            _counts.AddOrUpdate($"{SoakKind.Abandoned}", 1, (_, count) => count + 1);
        }
    }

    private static async Task<string> SendAsync(HttpClient client, SoakRequest request, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await client.PostAsync(request.Path, request.Content(), cancellation);
        string body = await response.Content.ReadAsStringAsync(cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{request.Path}: {body}");
        return body;
    }

    private static string WithoutTimes(string answer)
    {
        JsonNode json = JsonNode.Parse(answer)!;
        json.AsObject().Remove("timings_ms");
        return json.ToJsonString();
    }

    /// <summary>Memory and handles once all connections are closed and nothing is under way.</summary>
    private static async Task<(long Memory, int Handles)> AtRestAsync(ChildService service)
    {
        int handles = int.MaxValue;
        for (int i = 0; i < 100; i++)
        {
            await Task.Delay(50);
            int now = service.Handles;
            if (now >= handles)
                break;
            handles = now;
        }

        return (service.WorkingSet, service.Handles);
    }
}
