using SpikingDetector.Export.Benchmarks;

namespace SpikingDetector.Export.Tests.Benchmarks;

/// <summary>Models whose times are made up.</summary>
public sealed class RoundsTests
{
    private const int WarmUpRounds = 2;

    [Fact]
    public void Run_OnAMachineThatSlowsDown_LeavesTheRatioAlone()
    {
        // The machine is three times as slow in every second round; times vary, ratios do not.
        int calls = 0;
        double Slowdown() => calls++ / 2 % 2 == 0 ? 1 : 3;
        Rounds rounds = Run([() => 100 * Slowdown(), () => 250 * Slowdown()], new RoundLimit(8, 0));
        Assert.Equal(8, rounds.Count);
        Assert.Equal(new Spread(2.5, 2.5, 2.5), rounds.RatioToFirst(1));
        Assert.Equal(new Spread(200, 100, 300), rounds.Latency(0));
        Assert.Equal(new Spread(1, 1, 1), rounds.RatioToFirst(0));
    }

    [Fact]
    public void RatioToFirst_IsTheMedianOfTheRoundsRatios()
    {
        // Ratios 1, 2 and 9 after the warm-up; the ratio of the medians is 6.
        Queue<double> first = Times(100, 300, 100);
        Queue<double> second = Times(100, 600, 900);
        Rounds rounds = Run([first.Dequeue, second.Dequeue], new RoundLimit(3, 0));
        Assert.Equal(2, rounds.RatioToFirst(1).Median);
        Assert.Equal(600, rounds.Latency(1).Median);
    }

    [Fact]
    public void Run_GivesEachModelATurnInEveryRoundInChangingOrder()
    {
        var ran = new List<int>();
        Func<double> Model(int number) => () =>
        {
            ran.Add(number);
            return 100;
        };

        Run([Model(0), Model(1), Model(2)], new RoundLimit(20, 0));
        int[][] rounds = [.. ran.Chunk(3)];
        Assert.Equal(WarmUpRounds + 20, rounds.Length);
        Assert.All(rounds, round => Assert.Equal([0, 1, 2], round.Order()));
        Assert.Equal(6, rounds.Select(round => string.Concat(round)).Distinct().Count());
    }

    [Fact]
    public void Run_OfASmallModel_LeavesTheColdRunOfATurnOutOfTheRatio()
    {
        // 20 + 6 · 5 ms make the 50 ms of a turn.
        int calls = 0;
        Rounds rounds = Run([() => 100, () => calls++ % 7 == 0 ? 20 : 5], new RoundLimit(4, 0));
        Assert.Equal(0.05, rounds.RatioToFirst(1).Median, 1e-12);
        Assert.Equal((WarmUpRounds + 4) * 7, calls);
    }

    [Fact]
    public void Run_EndsAfterBothRoundsAndTime()
    {
        var shares = new List<double>();
        Assert.Equal(10, Run([() => 100], new RoundLimit(10, 500)).Count);
        Assert.Equal(20, Run([() => 100], new RoundLimit(10, 2000), shares.Add).Count);
        Assert.Equal(Enumerable.Range(1, 20).Select(round => round / 20.0), shares);
    }

    [Fact]
    public void Run_WhenCancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        int calls = 0;
        double Model()
        {
            if (++calls == 5)
                stop.Cancel();
            return 100;
        }

        Assert.Throws<OperationCanceledException>(() => Rounds.Run([Model], new RoundLimit(100, 0), _ => { }, stop.Token));
        Assert.Equal(5, calls);
    }

    /// <summary>The measured times after those of the warm-up, which are absurd.</summary>
    private static Queue<double> Times(params double[] measured) => new([1e6, 1e-6 + 50, .. measured]);

    private static Rounds Run(Func<double>[] models, RoundLimit limit, Action<double>? progress = null) =>
        Rounds.Run(models, limit, progress ?? (_ => { }), TestContext.Current.CancellationToken);
}
