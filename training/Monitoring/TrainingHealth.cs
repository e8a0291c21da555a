using System.Globalization;

namespace SpikingDetector.Training.Monitoring;

/// <summary>
/// Watches a training and says in words what goes wrong, once for each time that it does. Running means have a weight of
/// 1/50 for the newest iteration, so they look back over about fifty: with batches whose losses vary by half, such a mean varies
/// by a twentieth.
/// </summary>
internal sealed class TrainingHealth(HealthState state)
{
    /// <summary>
    /// Fewer spikes per neuron and step than this are none: a layer of 512 channels and 7×7 positions would send ten in
    /// four steps. Layers that work send a thousand times as many.
    /// </summary>
    public const double DeadRate = 1e-4;

    /// <summary>A layer that fires so often is as good as a constant.</summary>
    private const double SaturatedRate = 0.99;

    private const double Newest = 1.0 / 50;

    /// <summary>Iterations until a running mean counts.</summary>
    private const int Settled = 50;

    /// <summary>
    /// The loss rises where its running mean is half above its lowest, ten times the mean's own scatter; the episode ends
    /// below a fifth above.
    /// </summary>
    private const double RisenLoss = 1.5;

    private const double CalmLoss = 1.2;

    /// <summary>And where the rise is more than this part of the loss at the start: a loss near zero may well double.</summary>
    private const double NotableRise = 0.05;

    /// <summary>A gradient norm so many times its running mean is a jump that no batch explains.</summary>
    private const double GradientJump = 100;

    /// <summary>
    /// The first block's running mean over the last block's, or the other way round. SG, SEW and Spiking ResNets of 10 to 50 layers
    /// have 0.4 to 2; with the literal gradient of the gate it is 11 at 34 layers and grows with each block.
    /// </summary>
    private const double GradientRatio = 100;

    public HealthState State { get; private set; } = state;

    /// <summary>The running mean of the loss; only with at least one iteration.</summary>
    public double Loss => Corrected(State.Loss);

    /// <summary>Takes the finite measurements of an iteration and gives new warnings.</summary>
    /// <param name="loss">The whole loss.</param>
    /// <param name="firstBlock">Norm of the gradients of the first block's weights.</param>
    /// <param name="lastBlock">Norm of the gradients of the last block's weights.</param>
    public IReadOnlyList<string> OnIteration(double loss, double firstBlock, double lastBlock)
    {
        var found = new List<string>();
        if (State.Iterations >= Settled)
            CheckJump(found, firstBlock);
        State = State with
        {
            Iterations = State.Iterations + 1,
            Loss = Mix(State.Loss, loss),
            FirstGradient = Mix(State.FirstGradient, firstBlock),
            LastGradient = Mix(State.LastGradient, lastBlock),
        };
        if (State.Iterations >= Settled)
        {
            CheckLoss(found);
            CheckDepth(found);
        }

        return Note(found);
    }

    /// <summary>Takes the measured firing rates and gives new warnings.</summary>
    public IReadOnlyList<string> OnRates(IReadOnlyDictionary<string, double> rates)
    {
        var found = new List<string>();
        string[] dead = Opened("dead", rates, rate => rate < DeadRate);
        if (dead.Length > 0)
        {
            found.Add(
                $"{Layers(dead, rates)} {(dead.Length == 1 ? "does" : "do")} not fire (fewer than {DeadRate:0.####} spikes per neuron and step), "
                + "so nothing passes and little is learnt there; try a lower v_threshold, a lower learning rate or another start");
        }

        string[] saturated = Opened("saturated", rates, rate => rate > SaturatedRate);
        if (saturated.Length > 0)
        {
            found.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Layers(saturated, rates)} {(saturated.Length == 1 ? "fires" : "fire")} at nearly every step (more than {SaturatedRate}), "
                + $"so {(saturated.Length == 1 ? "it tells" : "they tell")} nothing apart; try a higher v_threshold or a lower learning rate"));
        }

        return Note(found);
    }

    /// <summary>The warnings for a line of <c>metrics.jsonl</c>; they are pending no more.</summary>
    public IReadOnlyList<string> TakePending()
    {
        IReadOnlyList<string> pending = State.Pending;
        State = State with { Pending = [] };
        return pending;
    }

    private static double Mix(double mean, double value) => mean + (value - mean) * Newest;

    private static string Layers(string[] names, IReadOnlyDictionary<string, double> rates) => names.Length == 1
        ? $"layer {names[0]}"
        : $"{names.Length} of {rates.Count} layers ({string.Join(", ", names.Take(4))}{(names.Length > 4 ? ", …" : "")})";

    /// <summary>A mean that starts at 0 is too small by this factor.</summary>
    private double Corrected(double mean) => mean / (1 - Math.Pow(1 - Newest, State.Iterations));

    private void CheckJump(List<string> found, double firstBlock)
    {
        double mean = Corrected(State.FirstGradient);
        if (Episode("jump", firstBlock > GradientJump * mean, firstBlock < GradientJump / 10 * mean))
        {
            found.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the gradient explodes: its norm in the first block is {firstBlock:0.##e0}, {firstBlock / mean:0} times its mean; "
                + $"try optimizer.clip_gradient_norm or a lower learning rate"));
        }
    }

    private void CheckLoss(List<string> found)
    {
        double mean = Corrected(State.Loss);
        double first = State.FirstLoss ?? mean;
        double lowest = Math.Min(State.LowestLoss ?? mean, mean);
        State = State with { FirstLoss = first, LowestLoss = lowest };
        bool risen = mean > RisenLoss * lowest && mean - lowest > NotableRise * Math.Abs(first);
        if (Episode("loss", risen, mean < CalmLoss * lowest))
        {
            found.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the loss rises: its running mean is {mean:0.####} and was {lowest:0.####}; try a lower learning rate or a longer warm-up"));
        }
    }

    private void CheckDepth(List<string> found)
    {
        double first = Corrected(State.FirstGradient);
        double last = Corrected(State.LastGradient);
        if (Episode("exploding", first > GradientRatio * last, first < GradientRatio / 2 * last))
        {
            found.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the gradient explodes on its way to the first block: its norm there is {first:0.##e0}, in the last block {last:0.##e0}; "
                + $"try neuron.gate_gradient or, detached, optimizer.clip_gradient_norm or fewer blocks"));
        }

        if (Episode("vanishing", first * GradientRatio < last, first * GradientRatio / 2 > last))
        {
            found.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the gradient vanishes on its way to the first block: its norm there is {first:0.##e0}, in the last block {last:0.##e0}; "
                + $"try block sg, a wider surrogate (smaller neuron.surrogate.alpha) or fewer blocks"));
        }
    }

    /// <summary>The layers whose episode begins now.</summary>
    private string[] Opened(string kind, IReadOnlyDictionary<string, double> rates, Func<double, bool> isWrong) =>
        [.. rates.Where(pair => Episode($"{kind} {pair.Key}", isWrong(pair.Value), !isWrong(pair.Value))).Select(pair => pair.Key)];

    /// <summary>Whether an episode begins: what is wrong was not wrong before. It ends where all is well again.</summary>
    private bool Episode(string name, bool isWrong, bool isWell)
    {
        bool open = State.Open.Contains(name);
        if (isWrong && !open)
        {
            State = State with { Open = [.. State.Open, name] };
            return true;
        }

        if (isWell && open)
            State = State with { Open = [.. State.Open.Where(other => other != name)] };
        return false;
    }

    private List<string> Note(List<string> found)
    {
        if (found.Count > 0)
            State = State with { Pending = [.. State.Pending, .. found], Count = State.Count + found.Count };
        return found;
    }
}
