using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Monitoring;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>The training loop: epochs of batches, an evaluation, a checkpoint.</summary>
/// <param name="recipe">The settings.</param>
/// <param name="task">What is trained.</param>
/// <param name="average">The moving average of its weights, or null.</param>
/// <param name="judged">What is evaluated: the task of the average, or <paramref name="task"/>.</param>
/// <param name="training">Batches to learn from.</param>
/// <param name="validation">Batches to evaluate on.</param>
/// <param name="run">The files.</param>
/// <param name="display">What a person sees.</param>
/// <param name="checkpointEvery">From one checkpoint within an epoch to the next.</param>
internal sealed class Trainer(
    Recipe recipe,
    TrainingTask task,
    WeightAverage? average,
    TrainingTask judged,
    BatchLoader training,
    BatchLoader validation,
    RunFolder run,
    TrainingDisplay display,
    TimeSpan checkpointEvery)
    : IDisposable
{
    /// <summary>Iterations from one line of <c>metrics.jsonl</c> within an epoch to the next, and from one look at the spikes.</summary>
    private const int LineEvery = 100;

    private readonly TrainingOptimizer _optimizer = TrainingOptimizer.Create(task.Weights.Parameters, recipe.Optimizer);
    private readonly BlockGradients _gradients = new(task.Weights);
    private readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();

    private readonly LearningRateSchedule _schedule =
        new(recipe.Schedule, recipe.Optimizer.LearningRate, recipe.Epochs, training.BatchesPerEpoch);

    /// <summary>What each iteration measures; a line has the means.</summary>
    private readonly string[] _measured =
    [
        .. task.LossNames.Select(name => MetricNames.LossPrefix + name), MetricNames.FirstGradientNorm, MetricNames.LastGradientNorm,
    ];

    private TrainingState _state = new();
    private TrainingHealth _health = new(new());

    /// <summary>Of this sitting: altogether, and where the epoch and the line before began.</summary>
    private Pace _pace;
    private Pace _paceAtEpoch;
    private Pace _paceAtLine;

    /// <summary>Where the training stands.</summary>
    public TrainingState State => _state;

    /// <summary>What this sitting has done so far.</summary>
    public Pace Pace => _pace;

    private long Step => (long)_state.Epoch * training.BatchesPerEpoch + _state.Iteration;

    /// <summary>
    /// Trains to the last epoch, from the run's last checkpoint where there is one. On cancellation the step is finished
    /// and a checkpoint written.
    /// </summary>
    /// <returns>Whether the training is complete.</returns>
    /// <exception cref="DivergenceException">The loss or the gradient is no number any more.</exception>
    public bool Run(CancellationToken cancellation)
    {
        _state = run.Begin(task.Weights, _optimizer, average) ?? _state;
        CheckSameStart();
        _health = new TrainingHealth(_state.Health);
        display.Begin(recipe.Epochs, training.BatchesPerEpoch, validation.Samples, _state);
        while (_state.Epoch < recipe.Epochs)
        {
            if (!TrainEpoch(cancellation) || !FinishEpoch(cancellation))
            {
                SaveLast(null);
                return false;
            }
        }

        return true;
    }

    public void Dispose() => _optimizer.Dispose();

    /// <summary>Waits until all processes have read where to begin, before the first of them writes a new checkpoint.</summary>
    private void CheckSameStart()
    {
        double[] step = [Step];
        task.Group.Average(step);
        if (step[0] != Step)
        {
            throw new InvalidInputException(
                $"Process {task.Group.Rank} of {task.Group.Size} does not begin where the others do; all need to see the same --output folder.");
        }
    }

    /// <summary>Trains what is left of the epoch; false on cancellation.</summary>
    private bool TrainEpoch(CancellationToken cancellation)
    {
        _paceAtEpoch = _paceAtLine = _pace;
        if (_state.Iteration == training.BatchesPerEpoch)
            return true;
        var clock = Stopwatch.StartNew();
        using IEnumerator<Batch> batches = training.Epoch(_state.Epoch, _state.Iteration, CancellationToken.None).GetEnumerator();
        while (true)
        {
            TimeSpan waitedBefore = training.Waited;
            if (!batches.MoveNext())
                return true;
            bool goesOn = Learn(batches.Current, cancellation);
            LookAtSpikes(batches.Current);
            var pace = new Pace(clock.Elapsed.TotalSeconds, (training.Waited - waitedBefore).TotalSeconds, batches.Current.Count * task.Group.Size, 1);
            clock.Restart();
            _pace += pace;
            _state = _state with { Seconds = _state.Seconds + pace.Seconds };
            display.OnStep(_state, _health.Loss, _pace - _paceAtEpoch);
            if (_state.Iteration % LineEvery == 0 && _state.Iteration < training.BatchesPerEpoch)
                FinishLine();
            if (!goesOn)
                return false;
            if (_sinceCheckpoint.Elapsed >= checkpointEvery)
                SaveLast(null);
        }
    }

    /// <summary>A step on a batch; false where any of the processes is asked to stop.</summary>
    private bool Learn(Batch batch, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        Losses losses = task.ComputeLosses(batch);
        _optimizer.ForgetGradients();
        task.Backpropagate(losses);
        (double first, double last) = _gradients.Measure();
        double[] own = [.. losses.Parts.Select(part => (double)part.item<float>()), losses.Total.item<float>(), cancellation.IsCancellationRequested ? 1 : 0];
        task.Group.Average(own);
        double[] measured = [.. own[..losses.Parts.Count], first, last];
        CheckNumbers(measured);
        _optimizer.ClipGradients();
        _optimizer.Step(_schedule.At(Step));
        average?.Update(Step);
        _state = _state with
        {
            Iteration = _state.Iteration + 1,
            EpochSums = Add(_state.EpochSums, measured),
            LineSums = Add(_state.LineSums, measured),
        };
        Warn(_health.OnIteration(own[^2], first, last));
        return own[^1] == 0;
    }

    /// <summary>Measures firing rates at the training's first iteration, at those that have a line, and at an epoch's last.</summary>
    private void LookAtSpikes(Batch batch)
    {
        if (Step != 1 && _state.Iteration % LineEvery != 0 && _state.Iteration != training.BatchesPerEpoch)
            return;
        _state = _state with { FiringRates = task.MeasureFiringRates(batch) };
        Warn(_health.OnRates(_state.FiringRates));
    }

    private void FinishLine()
    {
        Write(NewLine(_state.LineSums, LineEvery, _pace - _paceAtLine));
        _paceAtLine = _pace;
    }

    /// <summary>Evaluates where it is time to, and writes what the epoch gave; false on cancellation.</summary>
    private bool FinishEpoch(CancellationToken cancellation)
    {
        JsonObject line = NewLine(_state.EpochSums, _state.Iteration, _pace - _paceAtEpoch);
        line.Remove(MetricNames.Iteration);
        int epoch = _state.Epoch + 1;
        Metrics? metrics = null;
        if (epoch % recipe.EvaluateEvery == 0 || epoch == recipe.Epochs)
        {
            display.OnEvaluated(0);
            try
            {
                // One of several processes that leaves an evaluation would keep the others waiting.
                CancellationToken evaluation = task.Group.Size == 1 ? cancellation : CancellationToken.None;
                metrics = judged.Evaluate(validation.InOrder(evaluation), display.OnEvaluated);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }

            foreach ((string name, double value) in metrics.Values)
                line[name] = value;
        }

        bool best = metrics is not null && !(metrics.Main.Value <= _state.Best);
        _state = _state with { Epoch = epoch, Iteration = 0, EpochSums = [] };
        if (best)
            _state = _state with { Best = metrics!.Main.Value, BestEpoch = epoch };
        Write(line);
        if (best)
            run.SaveBest(judged.Weights, _state, metrics!);
        SaveLast(metrics);
        WritePictures(metrics is not null);
        display.OnEpoch(line, best);
        return true;
    }

    private void WritePictures(bool evaluated)
    {
        IReadOnlyList<JsonObject> lines = run.ReadMetrics();
        run.WritePicture("curves.png", CurvesPlot.Draw(lines, training.BatchesPerEpoch));
        if (FiringRatesPlot.Draw(lines, training.BatchesPerEpoch) is { } rates)
            run.WritePicture("firing_rates.png", rates);
        if (evaluated && judged.DrawAnswers() is { } answers)
            run.WritePicture("detections.png", answers);
    }

    /// <summary>A line of the means over some iterations.</summary>
    private JsonObject NewLine(IReadOnlyList<double> sums, int iterations, Pace pace)
    {
        var line = new JsonObject
        {
            [MetricNames.Epoch] = _state.Epoch + 1,
            [MetricNames.Iteration] = _state.Iteration,
            [MetricNames.Step] = Step,
            [MetricNames.Time] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            [MetricNames.Seconds] = Math.Round(_state.Seconds, 1),
            [MetricNames.LearningRate] = _schedule.At(Step - 1),
            [MetricNames.SamplesPerSecond] = Math.Round(pace.SamplesPerSecond, 2),
            [MetricNames.DataWait] = Math.Round(pace.DataWait, 4),
        };
        foreach ((string name, double sum) in _measured.Zip(sums))
            line[name] = sum / iterations;
        if (_state.FiringRates.Count > 0)
            line[MetricNames.FiringRates] = new JsonObject(_state.FiringRates.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return line;
    }

    private void Write(JsonObject line)
    {
        if (_health.TakePending() is { Count: > 0 } warnings)
            line[MetricNames.Warnings] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]);
        run.AppendMetrics(line);
        _state = _state with { LineSums = [] };
    }

    private void SaveLast(Metrics? metrics)
    {
        _state = _state with { Health = _health.State };
        run.SaveLast(task.Weights, _optimizer, average, _state, metrics);
        _sinceCheckpoint.Restart();
    }

    private void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
            display.Warn($"epoch {_state.Epoch + 1}, iteration {_state.Iteration}: {warning}");
    }

    /// <summary>Stops where a loss part or a gradient is NaN or infinite, before the weights are.</summary>
    private void CheckNumbers(double[] measured)
    {
        int wrong = Array.FindIndex(measured, value => !double.IsFinite(value));
        if (wrong < 0)
            return;
        string what = wrong < task.LossNames.Count
            ? $"the loss part '{task.LossNames[wrong]}'"
            : $"the gradient of the {(_measured[wrong] == MetricNames.FirstGradientNorm ? "first" : "last")} block";
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {_state.Epoch + 1}, iteration {_state.Iteration + 1}: {what} is {measured[wrong]}, so the training stops; ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{run.LastKept}. Try a lower optimizer.learning_rate (now {_schedule.At(Step):g4}), optimizer.clip_gradient_norm "
                + $"or schedule.warmup_iterations{(recipe.Precision == Precision.BFloat16 ? ", or precision float32," : "")} in another --output.");
        run.AppendMetrics(new JsonObject
        {
            [MetricNames.Epoch] = _state.Epoch + 1,
            [MetricNames.Iteration] = _state.Iteration + 1,
            [MetricNames.Step] = Step + 1,
            [MetricNames.Time] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            [MetricNames.Warnings] = new JsonArray(sentence),
        });
        throw new DivergenceException(sentence);
    }

    private static double[] Add(IReadOnlyList<double> sums, double[] measured) =>
        sums.Count == 0 ? measured : [.. sums.Zip(measured, (sum, value) => sum + value)];
}
