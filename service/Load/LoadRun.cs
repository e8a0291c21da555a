using System.Diagnostics;
using System.Net.Sockets;
using SpikingDetector.Core;

namespace SpikingDetector.Service.Load;

/// <summary>Puts a service under load.</summary>
internal sealed class LoadRun(LoadPlan plan, LoadClient client, LoadRecord record)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _sent;

    /// <summary>Runs a load to its end. Cancellation ends it early; what is under way then is not counted.</summary>
    /// <exception cref="InvalidInputException">There is nothing at the address that could be measured.</exception>
    public static async Task RunAsync(LoadPlan plan, LoadRecord record, CancellationToken cancellation)
    {
        using var client = new LoadClient(plan);
        try
        {
            await RequireServerAsync(plan, cancellation);
            if (plan.WarmUp > TimeSpan.Zero)
            {
                LoadPlan warmUp = plan with { Duration = plan.WarmUp, Requests = int.MaxValue };
                await new LoadRun(warmUp, client, new LoadRecord()).RunAsync(cancellation);
            }

            await new LoadRun(plan, client, record).RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            record.Interrupted = true;
        }
    }

    /// <summary>A wrong address is no finding about a service.</summary>
    private static async Task RequireServerAsync(LoadPlan plan, CancellationToken cancellation)
    {
        using var connection = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(plan.Timeout);
        try
        {
            await connection.ConnectAsync(plan.Address.DnsSafeHost, plan.Address.Port, limit.Token);
        }
        catch (SocketException exception)
        {
            throw NoService(plan, ErrorKind.OfException(exception), exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw NoService(plan, ErrorKind.Timeout, exception);
        }
    }

    private static InvalidInputException NoService(LoadPlan plan, string reason, Exception exception) => new(
        $"There is no service at {plan.Address.GetLeftPart(UriPartial.Authority)} ({reason}): start it, or correct the address.", exception);

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            if (plan.Rate is { } rate)
                await RunOpenAsync(new ArrivalSchedule(rate, plan.Arrivals), cancellation);
            else
                await Task.WhenAll(Enumerable.Range(0, plan.Concurrency).Select(_ => RunClientAsync(cancellation)));
        }
        finally
        {
            record.Elapsed = Stopwatch.GetElapsedTime(_start);
        }
    }

    private async Task RunClientAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        while (Stopwatch.GetElapsedTime(_start) < plan.Duration && Next() is { } body)
            await SendAsync(body, Stopwatch.GetTimestamp(), cancellation);
    }

    /// <summary>
    /// Starts each request when it is due, whatever became of those before it. The time of a request that starts late, since the
    /// client was busy, is counted from when it was due: the service's slow moments are not left out (coordinated omission).
    /// </summary>
    private async Task RunOpenAsync(ArrivalSchedule schedule, CancellationToken cancellation)
    {
        var underWay = new HashSet<Task>();
        try
        {
            for (TimeSpan due = schedule.Next(); due < plan.Duration && Next() is { } body; due = schedule.Next())
            {
                await WaitUntilAsync(due, cancellation);
                underWay.RemoveWhere(task => task.IsCompletedSuccessfully);
                if (underWay.Count == plan.MostUnderWay)
                    await Task.WhenAny(underWay);
                long start = _start + (long)(due.TotalSeconds * Stopwatch.Frequency);
                underWay.Add(Task.Run(() => SendAsync(body, start, cancellation), CancellationToken.None));
            }
        }
        finally
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task SendAsync(LoadBody body, long start, CancellationToken cancellation)
    {
        LoadOutcome outcome = await client.SendAsync(body, cancellation);
        record.Add(body, outcome, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The next body; null where all requests have been sent.</summary>
    private LoadBody? Next()
    {
        int number = Interlocked.Increment(ref _sent);
        return number <= plan.Requests ? plan.Bodies[(number - 1) % plan.Bodies.Count] : null;
    }

    private async Task WaitUntilAsync(TimeSpan due, CancellationToken cancellation)
    {
        TimeSpan left;
        while ((left = due - Stopwatch.GetElapsedTime(_start)) > TimeSpan.Zero)
        {
            // Timers know whole milliseconds only, and are late rather than early.
            if (left > TimeSpan.FromMilliseconds(2))
                await Task.Delay(left - TimeSpan.FromMilliseconds(1), cancellation);
            else
                Thread.Yield();
        }
    }
}
