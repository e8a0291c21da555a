using System.Diagnostics;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Benchmarks;

/// <summary>Takes training steps as the trainer does and measures them.</summary>
internal sealed class Benchmark(Recipe recipe, TrainingTask task, IEnumerable<Batch> batches)
{
    /// <summary>Takes <paramref name="warmup"/> steps that do not count and <paramref name="steps"/> that do.</summary>
    /// <param name="warmup">From 0.</param>
    /// <param name="steps">From 1.</param>
    /// <param name="onStep">Called after each step, whether it counts or not.</param>
    /// <param name="cancellation">Ends the benchmark with an exception after the step.</param>
    public BenchmarkResult Run(int warmup, int steps, Action onStep, CancellationToken cancellation)
    {
        var clock = new NeuronClock(Synchronise);
        task.TimeNeurons(clock);
        using var optimizer = TrainingOptimizer.Create(task.Weights.Parameters, recipe.Optimizer);
        using var process = Process.GetCurrentProcess();
        var times = new List<StepTimes>(steps);
        var resident = new List<long>(steps);
        using IEnumerator<Batch> source = batches.GetEnumerator();
        for (int step = 0; step < warmup + steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            StepTimes taken = Step(source, optimizer, clock);
            if (step >= warmup)
            {
                times.Add(taken);
                process.Refresh();
                resident.Add(process.WorkingSet64);
            }

            onStep();
        }

        process.Refresh();
        return new BenchmarkResult(recipe.BatchSize, times, resident, process.PeakWorkingSet64);
    }

    private StepTimes Step(IEnumerator<Batch> source, TrainingOptimizer optimizer, NeuronClock clock)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        source.MoveNext();
        TimeSpan data = watch.Elapsed;
        (TimeSpan Forward, TimeSpan Backward) neurons = (clock.Forward, clock.Backward);
        Losses losses = task.ComputeLosses(source.Current);
        Synchronise();
        TimeSpan forward = watch.Elapsed;
        optimizer.ForgetGradients();
        losses.Total.backward();
        Synchronise();
        TimeSpan backward = watch.Elapsed;
        optimizer.ClipGradients();
        optimizer.Step(recipe.Optimizer.LearningRate);
        Synchronise();
        TimeSpan update = watch.Elapsed;
        TimeSpan neuronsForward = clock.Forward - neurons.Forward;
        TimeSpan neuronsBackward = clock.Backward - neurons.Backward;
        return new StepTimes(
            data.TotalSeconds,
            (forward - data - neuronsForward).TotalSeconds,
            neuronsForward.TotalSeconds,
            (backward - forward - neuronsBackward).TotalSeconds,
            neuronsBackward.TotalSeconds,
            (update - backward).TotalSeconds);
    }

    private void Synchronise()
    {
        if (task.Weights.Device.type == DeviceType.CUDA)
            cuda.synchronize();
    }
}
