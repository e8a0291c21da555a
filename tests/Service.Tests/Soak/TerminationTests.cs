using System.Collections.Concurrent;
using System.Net;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Soak;

/// <summary>What SIGTERM does to a service under load.</summary>
public sealed class TerminationTests
{
    private const int Clients = 8;

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public async Task Sigterm_UnderLoad_LosesNoAcceptedRequest(string graceSeconds)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using ChildService service = await ChildService.StartAsync(
            $"--Models:Folder={models.Path}", $"--Shutdown:GraceSeconds={graceSeconds}");
        var answers = new ConcurrentBag<HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        Task load = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => LoadAsync(service, answers, stop.Token)));
        await WaitForAsync(() => answers.Count >= 3 * Clients);

        service.Terminate();
        int exitCode = await service.WaitForExitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await load;

        // A request that the service has taken is in its log; a connection that was never taken is not, and is no loss.
        string[] taken = [.. service.Log.Where(line => line.Contains("POST /detect ", StringComparison.Ordinal))];
        Assert.Equal(0, exitCode);
        Assert.All(taken, line => Assert.Contains("POST /detect 200", line, StringComparison.Ordinal));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(taken.Length, answers.Count);
    }

    [Fact]
    public async Task Sigterm_TurnsNotReady_WhileRequestsAreStillAnswered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var models = new TemporaryFolder();
        ReferenceModels.ExportTo(models["things.onnx"], ReferenceModels.Detector);
        await using ChildService service = await ChildService.StartAsync($"--Models:Folder={models.Path}", "--Shutdown:GraceSeconds=3");
        using var client = new HttpClient { BaseAddress = service.Address };

        service.Terminate();
        HttpStatusCode? ready = HttpStatusCode.OK;
        for (int i = 0; i < 100 && ready == HttpStatusCode.OK; i++)
        {
            await Task.Delay(10);
            ready = await service.StatusAsync(client, "/health/ready");
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal(HttpStatusCode.OK, await service.StatusAsync(client, "/health/live"));
        using HttpResponseMessage answer = await client.PostAsync("/detect", Requests.Raw(SoakRequest.Files[0]));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await service.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Sends requests, each on a connection of its own, until there is no service any more.</summary>
    private static async Task LoadAsync(ChildService service, ConcurrentBag<HttpStatusCode> answers, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = service.Address };
        int number = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                byte[] file = SoakRequest.Files[number++ % SoakRequest.Files.Count];
                using HttpResponseMessage response = await client.PostAsync("/detect", Requests.Raw(file), CancellationToken.None);
                await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                answers.Add(response.StatusCode);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(20);
        Assert.True(condition());
    }
}
