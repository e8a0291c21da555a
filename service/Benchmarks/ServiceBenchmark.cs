using SpikingDetector.Core;
using SpikingDetector.Service.Load;

namespace SpikingDetector.Service.Benchmarks;

/// <summary>
/// Measures the service on this machine. Speeds are ratios within one run: the bare model and the service take turns in this
/// process, so that whatever slows the machine down for a while slows both of them.
/// </summary>
/// <param name="plan">What to do.</param>
/// <param name="build">Makes the service from the words of its command line.</param>
/// <param name="tell">Is told what is done now.</param>
internal sealed class ServiceBenchmark(BenchmarkPlan plan, Func<string[], WebApplication> build, Action<string> tell)
{
    private const string Route = "/detect";
    private const int AllocationRequests = 500;

    // The first requests take memory that is kept, and code that is compiled.
    private const int AllocationWarmUp = 100;

    // One seed for all, so that a benchmark is repeated in the same order.
    private readonly Random _random = new(1);
    private readonly LoadBody[] _bodies = [.. plan.Pictures.Select(picture => LoadBody.Of(picture, BodyForm.Raw))];

    /// <exception cref="InvalidInputException">The service cannot be measured, since it does not start or refuses requests.</exception>
    public async Task<BenchmarkResult> RunAsync(CancellationToken cancellation)
    {
        // Processes of their own come first, while this one does nothing else.
        Spread starts = await MeasureStartsAsync(cancellation);
        MemoryResult memory = await MeasureMemoryAsync(cancellation);

        await using WebApplication service = build([$"--urls={ServerAddress.AnyLocal}", .. plan.Settings]);
        await service.StartAsync(cancellation);
        Uri address = ServerAddress.Of(service);
        await ServiceReady.WaitAsync(address, () => null, cancellation);
        using var model = BareModel.Open(service.Services);
        SpeedResult speed = await MeasureSpeedAsync(model, address, cancellation);
        AllocationResult allocation = await MeasureAllocationAsync(address, cancellation);
        await service.StopAsync(cancellation);
        return new BenchmarkResult(plan, model.Name, starts, memory, speed, allocation);
    }

    private async Task<Spread> MeasureStartsAsync(CancellationToken cancellation)
    {
        var seconds = new List<double>();
        for (int i = 0; i < plan.Starts; i++)
        {
            tell($"start {i + 1} of {plan.Starts}");
            using ServiceProcess process = await ServiceProcess.StartAsync(plan.Settings, cancellation);
            seconds.Add(process.StartToReady.TotalSeconds);
        }

        return Spread.Of(seconds);
    }

    private async Task<MemoryResult> MeasureMemoryAsync(CancellationToken cancellation)
    {
        int early = Math.Max(1, plan.Requests / 20);
        using ServiceProcess process = await ServiceProcess.StartAsync(plan.Settings, cancellation);
        tell($"memory, {early} requests");
        await SendAsync(process.Address, plan.Clients, early, TimeSpan.MaxValue, cancellation);
        MemoryUse memory = await MemoryUse.OfAsync(process, cancellation);
        tell($"memory, {plan.Requests} requests");
        await SendAsync(process.Address, plan.Clients, Math.Max(1, plan.Requests - early), TimeSpan.MaxValue, cancellation);
        return new MemoryResult(early, memory, plan.Requests, await MemoryUse.OfAsync(process, cancellation));
    }

    private async Task<SpeedResult> MeasureSpeedAsync(BareModel model, Uri address, CancellationToken cancellation)
    {
        int callers = await FastestCallersAsync(model, cancellation);
        var bare = new List<double>();
        var http = new List<double>();
        var oneClient = new LoadRecord();
        Func<Task>[] ways =
        [
            async () => bare.Add(await model.RunAsync(plan.Pictures, callers, plan.Turn, cancellation)),
            async () => http.Add((await SendAsync(address, plan.Clients, int.MaxValue, plan.Turn, cancellation)).PicturesPerSecond),
            async () => oneClient.AddAll(await SendAsync(address, 1, int.MaxValue, plan.Turn, cancellation)),
        ];
        for (int round = 0; round < plan.Rounds; round++)
        {
            tell($"speed, round {round + 1} of {plan.Rounds}");
            _random.Shuffle(ways);
            foreach (Func<Task> way in ways)
                await way();
        }

        return new SpeedResult(callers, bare, http, oneClient);
    }

    /// <summary>The bare model is given its best: one caller whose run has all threads, or several.</summary>
    private async Task<int> FastestCallersAsync(BareModel model, CancellationToken cancellation)
    {
        tell("speed, which way the bare model is the fastest");
        int fastest = 1;
        double most = 0;
        foreach (int callers in ((int[])[1, Environment.ProcessorCount]).Distinct())
        {
            double speed = await model.RunAsync(plan.Pictures, callers, plan.Turn, cancellation);
            if (speed > most)
                (fastest, most) = (callers, speed);
        }

        return fastest;
    }

    private async Task<AllocationResult> MeasureAllocationAsync(Uri address, CancellationToken cancellation)
    {
        tell("allocation");
        byte[] answer = await AnswerAsync(address, cancellation);
        await using WebApplication framework = await FrameworkServer.StartAsync(Route, answer, cancellation);
        double service = await AllocatedAsync(address, cancellation);
        double bare = await AllocatedAsync(ServerAddress.Of(framework), cancellation);
        await framework.StopAsync(cancellation);
        return new AllocationResult(service, bare);
    }

    private async Task<double> AllocatedAsync(Uri address, CancellationToken cancellation)
    {
        await SendAsync(address, 1, AllocationWarmUp, TimeSpan.MaxValue, cancellation);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(address, 1, AllocationRequests, TimeSpan.MaxValue, cancellation);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationRequests;
    }

    private async Task<byte[]> AnswerAsync(Uri address, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var content = new ByteArrayContent(_bodies[0].Bytes);
        content.Headers.ContentType = _bodies[0].Type;
        using HttpResponseMessage response = await client.PostAsync(Route, content, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>A closed loop whose requests all have to be answered: a refusal is quick, and would make the figures better.</summary>
    private async Task<LoadRecord> SendAsync(Uri service, int clients, int requests, TimeSpan time, CancellationToken cancellation)
    {
        var record = new LoadRecord();
        var load = new LoadPlan
        {
            Address = new Uri(service, Route),
            Bodies = _bodies,
            Concurrency = clients,
            Requests = requests,
            Duration = time,
        };
        await LoadRun.RunAsync(load, record, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return record.Failed == 0
            ? record
            : throw new InvalidInputException(
                $"{record.Failed} of {record.Requests} requests failed ({string.Join(", ", record.Errors.Keys)}), so there are no figures: "
                + "give pictures that the service answers, and settings that let it (--set).");
    }
}
