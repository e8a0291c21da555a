using Microsoft.AspNetCore.Http;
using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Tests.Load;

public sealed class LoadRunTests
{
    private const string Timings = """{"detections": [{"timings_ms": {"decode": 1000}}], "timings_ms": {"decode": 2, "queue": 1.5, "inference": 3.25, "total": 7}}""";

    private static readonly LoadBody Body = LoadBody.Of([0xFF, 0xD8, 0xFF, 1, 2, 3], BodyForm.Raw);

    [Fact]
    public async Task ClosedLoop_HasAsManyUnderWayAsClients_AndNeverMore()
    {
        int underWay = 0;
        int most = 0;
        await using StubServer server = await StubServer.StartAsync(async (context, _, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref underWay));
            await Task.Delay(20);
            Interlocked.Decrement(ref underWay);
            await StubServer.AnswerAsync(context, 200, Timings);
        });
        LoadRecord record = await RunAsync(Plan(server) with { Concurrency = 5, Requests = 60 });

        Assert.Equal(5, most);
        Assert.Equal(60, record.Answered);
        Assert.Equal(0, record.Failed);
        Assert.Equal(60 * Body.Bytes.Length, record.SentBytes);
        Assert.Equal(60 * Timings.Length, record.ReceivedBytes);
    }

    [Fact]
    public async Task Timings_AreTheAnswersOwn_AndWhatIsAddedIsTheRest()
    {
        await using StubServer server = await StubServer.StartAsync(async (context, _, _) =>
        {
            await Task.Delay(20);
            await StubServer.AnswerAsync(context, 200, Timings);
        });
        LoadRecord record = await RunAsync(Plan(server) with { Requests = 3 });

        Assert.Equal(2, record.Decode.Percentile(0.5));
        Assert.Equal(1.5, record.Queue.Percentile(0.5));
        Assert.Equal(3.25, record.Inference.Percentile(0.5));
        Assert.Equal(record.Latency.Percentile(1) - 5.25, record.AddedLatency.Percentile(1), 6);
    }

    /// <summary>
    /// The 20th of 100 requests at 100 a second takes half a second. All that were due in this time have to wait, too; a client
    /// that looked at its watch only when it sent them would see one slow request.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task OpenLoop_CountsFromWhenARequestWasDue(int mostUnderWay)
    {
        using var turn = new SemaphoreSlim(1);
        await using StubServer server = await StubServer.StartAsync(async (context, number, _) =>
        {
            await turn.WaitAsync();
            if (number == 20)
                await Task.Delay(500);
            turn.Release();
            await StubServer.AnswerAsync(context, 200, "{}");
        });
        LoadRecord record = await RunAsync(Plan(server) with { Rate = 100, Requests = 100, MostUnderWay = mostUnderWay });

        Assert.Equal(100, record.Answered);
        Assert.InRange(record.Latency.Percentile(0.99), 400, 5000);
        Assert.InRange(record.Latency.Percentile(0.7), 100, 5000);
        Assert.InRange(record.Elapsed.TotalSeconds, 0.99, 10);
    }

    [Fact]
    public async Task OpenLoop_EndsByTime()
    {
        await using StubServer server = await StubServer.StartAsync((context, _, _) => StubServer.AnswerAsync(context, 200, "{}"));
        LoadRecord record = await RunAsync(Plan(server) with { Rate = 50, Duration = TimeSpan.FromSeconds(0.5) });
        Assert.Equal(25, record.Answered);
    }

    [Fact]
    public async Task WarmUp_IsNotCounted()
    {
        int requests = 0;
        await using StubServer server = await StubServer.StartAsync((context, number, _) =>
        {
            requests = number;
            return StubServer.AnswerAsync(context, 200, "{}");
        });
        LoadRecord record = await RunAsync(Plan(server) with { WarmUp = TimeSpan.FromSeconds(0.2), Requests = 4 });
        Assert.Equal(4, record.Requests);
        Assert.True(requests > 4, $"{requests} requests came");
    }

    [Fact]
    public async Task Errors_AreCountedByKind()
    {
        int requests = 0;
        await using StubServer server = await StubServer.StartAsync(async (context, number, body) =>
        {
            requests = number;
            switch (body[^1])
            {
                case 1:
                    await StubServer.AnswerAsync(context, 503, """{"title": {"type": "x"}, "type": "urn:spiking-detector:problem:full"}""", "application/problem+json");
                    return;
                case 2:
                    await StubServer.AnswerAsync(context, 502, "<html>no gateway</html>", "text/html");
                    return;
                case 3:
                    context.Abort();
                    return;
                case 4:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    return;
                case 5:
                    context.Response.ContentLength = 100;
                    await context.Response.WriteAsync("cut");
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    return;
                default:
                    await StubServer.AnswerAsync(context, 200, Timings);
                    return;
            }
        });
        LoadRecord record = await RunAsync(Plan(server) with
        {
            Bodies = [.. Enumerable.Range(0, 6).Select(last => LoadBody.Of([(byte)last], BodyForm.Raw))],
            Requests = 12,
            Timeout = TimeSpan.FromSeconds(0.5),
        });

        Assert.Equal(2, record.Answered);
        Assert.Equal(2, record.Latency.Count);
        Assert.Equal(10, record.Failed);
        Assert.Equal(12, requests); // None was sent again without a word.
        Assert.Equal(
            [("502", 2), ("503 full", 2), ("connection reset", 4), ("timeout", 2)],
            record.Errors.Select(error => (error.Key, error.Value)));
    }

    [Fact]
    public async Task Cancelled_EndsWithTheFiguresSoFar()
    {
        await using StubServer server = await StubServer.StartAsync(async (context, number, _) =>
        {
            if (number > 3)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            await StubServer.AnswerAsync(context, 200, "{}");
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        LoadRecord record = await RunAsync(Plan(server), stop.Token);
        Assert.True(record.Interrupted);
        Assert.Equal(3, record.Answered);
        Assert.Equal(0, record.Failed);
        Assert.True(record.Elapsed > TimeSpan.Zero);
    }

    private static LoadPlan Plan(StubServer server) => new() { Address = server.Address, Bodies = [Body] };

    private static async Task<LoadRecord> RunAsync(LoadPlan plan, CancellationToken cancellation = default)
    {
        var record = new LoadRecord();
        await LoadRun.RunAsync(plan, record, cancellation);
        return record;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
