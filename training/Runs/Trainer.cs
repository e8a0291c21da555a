using System.Diagnostics;
using System.Text.Json.Nodes;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Runs;

/// <summary>The training loop: epochs of batches, an evaluation, a checkpoint.</summary>
internal sealed class Trainer(
    Recipe recipe, TrainingTask task, BatchLoader training, BatchLoader validation, RunFolder run, TrainingDisplay display)
    : IDisposable
{
    private readonly TrainingOptimizer _optimizer = TrainingOptimizer.Create(task.Weights.Parameters, recipe.Optimizer);

    private readonly LearningRateSchedule _schedule =
        new(recipe.Schedule, recipe.Optimizer.LearningRate, recipe.Epochs, training.BatchesPerEpoch);

    private TrainingState _state = new();

    /// <summary>
    /// Trains to the last epoch, from the run's last checkpoint where there is one. On cancellation the step is finished
    /// and a checkpoint written.
    /// </summary>
    /// <returns>Whether the training is complete.</returns>
    public bool Run(CancellationToken cancellation)
    {
        _state = run.Restore(task.Weights, _optimizer) ?? _state;
        display.Begin(recipe.Epochs, training.BatchesPerEpoch, _state);
        while (_state.Epoch < recipe.Epochs)
        {
            if (!TrainEpoch(cancellation))
            {
                run.SaveLast(task.Weights, _optimizer, _state, null);
                return false;
            }

            FinishEpoch(cancellation);
        }

        return true;
    }

    public void Dispose() => _optimizer.Dispose();

    private bool TrainEpoch(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        double before = _state.Seconds;
        long firstOfEpoch = (long)_state.Epoch * training.BatchesPerEpoch;
        foreach (Batch batch in training.Epoch(_state.Epoch, _state.Iteration, CancellationToken.None))
        {
            using var scope = NewDisposeScope();
            double learningRate = _schedule.At(firstOfEpoch + _state.Iteration);
            Losses losses = task.ComputeLosses(batch);
            _optimizer.ForgetGradients();
            losses.Total.backward();
            _optimizer.ClipGradients();
            _optimizer.Step(learningRate);
            _state = _state with
            {
                Iteration = _state.Iteration + 1,
                LossSums = Add(_state.LossSums, losses),
                Seconds = before + clock.Elapsed.TotalSeconds,
            };
            display.OnStep(_state, losses, batch.Count, learningRate);
            if (cancellation.IsCancellationRequested)
                return false;
        }

        return true;
    }

    private void FinishEpoch(CancellationToken cancellation)
    {
        int epoch = _state.Epoch + 1;
        var line = new JsonObject { ["epoch"] = epoch, ["seconds"] = Math.Round(_state.Seconds, 1) };
        line["learning_rate"] = _schedule.At((long)epoch * training.BatchesPerEpoch - 1);
        foreach ((string name, double sum) in task.LossNames.Zip(_state.LossSums))
            line[$"loss_{name}"] = sum / _state.Iteration;

        Metrics? metrics = null;
        if (epoch % recipe.EvaluateEvery == 0 || epoch == recipe.Epochs)
        {
            metrics = task.Evaluate(validation.InOrder(cancellation), display.OnEvaluated);
            foreach ((string name, double value) in metrics.Values)
                line[name] = value;
        }

        bool best = metrics is not null && !(metrics.Main.Value <= _state.Best);
        _state = _state with { Epoch = epoch, Iteration = 0, LossSums = [], Best = best ? metrics!.Main.Value : _state.Best };
        run.AppendMetrics(line);
        if (best)
            run.SaveBest(task.Weights, _state, metrics!);
        run.SaveLast(task.Weights, _optimizer, _state, metrics);
        CurvesPlot.Write(run.Curves, run.ReadMetrics());
        display.OnEpoch(line, best);
    }

    private static double[] Add(IReadOnlyList<double> sums, Losses losses) =>
        [.. losses.Parts.Select((part, i) => (i < sums.Count ? sums[i] : 0) + part.item<float>())];
}
