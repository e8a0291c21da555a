namespace SpikingDetector.Export.Benchmarks;

/// <summary>
/// Times of several models that took turns, so that whatever slows the machine down for a while slows all of them and leaves
/// their ratios alone.
/// </summary>
internal sealed class Rounds
{
    /// <summary>
    /// A turn lasts at least this long, so that a small model runs several times: the first run after another model finds cold
    /// caches, and the median of a turn leaves it out.
    /// </summary>
    private const double TurnMilliseconds = 50;

    private const int WarmUpRounds = 2;

    // One seed for all, so that a benchmark is repeated in the same order.
    private const int OrderSeed = 1;

    private readonly IReadOnlyList<Func<double>> _models;
    private readonly List<double[]>[] _turns;

    private Rounds(IReadOnlyList<Func<double>> models)
    {
        _models = models;
        _turns = [.. models.Select(_ => new List<double[]>())];
    }

    /// <summary>Number of rounds.</summary>
    public int Count => _turns[0].Count;

    /// <summary>
    /// Runs all models in every round until the limit is reached. Their order is drawn anew in each round, since a model may be
    /// slower after one than after another.
    /// </summary>
    /// <param name="models">Each runs a model once and returns the milliseconds that this took.</param>
    /// <param name="limit">When to stop.</param>
    /// <param name="progress">Is told the share that is done, 0…1, after each round.</param>
    /// <param name="cancellation">Stops between two runs.</param>
    public static Rounds Run(
        IReadOnlyList<Func<double>> models, RoundLimit limit, Action<double> progress, CancellationToken cancellation)
    {
        var warmUp = new Rounds(models);
        var random = new Random(OrderSeed);
        while (warmUp.Count < WarmUpRounds)
            warmUp.Add(random, cancellation);

        var rounds = new Rounds(models);
        double total = 0;
        double done = 0;
        while (done < 1)
        {
            total += rounds.Add(random, cancellation);
            done = limit.Progress(rounds.Count, total);
            progress(done);
        }

        return rounds;
    }

    /// <summary>Milliseconds of a run of a model, over all runs.</summary>
    public Spread Latency(int model) => Spread.Of(_turns[model].SelectMany(turn => turn));

    /// <summary>Time of a model over the time of the first one, over all rounds: the median run of the one's turn over the other's.</summary>
    public Spread RatioToFirst(int model) => Spread.Of(_turns[model].Zip(_turns[0], (own, first) => Middle(own) / Middle(first)));

    private static double Middle(double[] turn) => Spread.Of(turn).Median;

    /// <summary>Adds a round and returns its milliseconds.</summary>
    private double Add(Random random, CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, _models.Count)];
        random.Shuffle(order);
        double total = 0;
        foreach (int model in order)
        {
            double[] turn = Turn(_models[model], cancellation);
            _turns[model].Add(turn);
            total += turn.Sum();
        }

        return total;
    }

    private static double[] Turn(Func<double> model, CancellationToken cancellation)
    {
        var times = new List<double>();
        double total = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            double time = model();
            times.Add(time);
            total += time;
        }
        while (total < TurnMilliseconds);
        return [.. times];
    }
}
