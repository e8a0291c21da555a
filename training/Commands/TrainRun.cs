using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Provenance;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary>What <c>train</c> does, once its options are read.</summary>
internal sealed record TrainRun
{
    public required Recipe Recipe { get; init; }

    public required string DataFolder { get; init; }

    public required string Output { get; init; }

    /// <summary>Go on with the training in the output folder.</summary>
    public required bool Resume { get; init; }

    /// <summary>The checkpoint whose weights a new training starts with, or null.</summary>
    public required string? Init { get; init; }

    public required Device Device { get; init; }

    /// <summary>Processor threads; all where null.</summary>
    public required int? Threads { get; init; }

    /// <summary>Stop at a damaged sample.</summary>
    public required bool Strict { get; init; }

    /// <summary>From one checkpoint within an epoch to the next.</summary>
    public required TimeSpan CheckpointEvery { get; init; }

    /// <summary>The command line after the program's name.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Trains, and says how it went.</summary>
    /// <param name="error">Where it is said why a training stopped.</param>
    /// <param name="cancellation">Stops after the step.</param>
    /// <returns>The exit code.</returns>
    public int Run(TextWriter error, CancellationToken cancellation)
    {
        if (Threads is { } count)
            set_num_threads(count);
        DataSet data = DataSet.Read(DataFolder, Recipe.Data);
        ModelSpec spec = Recipe.ModelFor(data.Categories, data.Labels);
        using Teacher? teacher = Teacher.Of(Recipe.Distillation, spec, Device);
        var run = RunFolder.Open(Output, Recipe, Origin.Of(Words, Device), Resume);
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), Device, Recipe.Seed);
        StartWeights? start = Init is null || run.HasCheckpoint ? null : StartWeights.Take(Init, weights);
        if (start is not null)
            run.Note(start.ToMetadata());
        if (teacher is not null)
            run.Note([KeyValuePair.Create(Teacher.MetadataKey, teacher.Sha256)]);
        using WeightAverage? average = Recipe.AverageDecay > 0 ? new WeightAverage(weights, Recipe.AverageDecay) : null;
        TrainingTask task = TrainingTasks.ForTraining(weights, Recipe, data, teacher);
        TrainingTask judged = average is null ? task : TrainingTasks.ForEvaluation(average.Weights, data);
        var display = new TrainingDisplay(AnsiConsole.Console, run.AppendLog, task.MainMetric, data.Noun);
        display.Say(
            $"{spec.Name}: {NetworkCost.Of(weights.Network).Parameters:N0} parameters, {data.Training.Count} training and "
            + $"{data.Validation.Count} validation {data.Noun}, on {Device.type.ToString().ToLowerInvariant()} with {get_num_threads()} threads, "
            + $"in {Recipe.Precision.ToString().ToLowerInvariant()}");
        if (start is not null)
            display.Say(start.ToString());
        else if (Init is not null)
            display.Say($"--init {Init} is not read, because the training goes on from {run.Last}");
        BatchLoader training = data.TrainingBatches(
            spec, Recipe.Augmentation, Recipe.BatchSize, Recipe.Seed, Strict ? WhenUnreadable.Stop : WhenUnreadable.UseNext);
        BatchLoader validation = data.ValidationBatches(
            spec, Recipe.BatchSize, Strict ? WhenUnreadable.Stop : WhenUnreadable.LeaveOut);
        training.OnUnreadable = reason => display.Say($"passed over in training: {reason}");
        validation.OnUnreadable = reason => display.Say($"passed over in validation: {reason}");
        using var trainer = new Trainer(Recipe, task, average, judged, training, validation, run, display, CheckpointEvery);
        using CancellationTokenRegistration hint = cancellation.Register(
            () => display.Print("stopping after this step; a second signal stops at once, without a checkpoint"));
        try
        {
            bool complete = display.Show(() => trainer.Run(cancellation));
            SayUnreadable(display, training, validation, data.Noun);
            if (!complete)
            {
                display.Say($"stopped; go on with the same command and --resume (checkpoint {run.Last})");
                return ExitCode.Interrupted;
            }

            display.Say($"done: {run.Best}");
            Summarise(display, trainer, task.MainMetric, data.Noun);
            display.Print("next:");
            display.Print($"  dotnet run --project training -- evaluate {run.Best} --data {DataFolder}");
            display.Print($"  dotnet run --project export -- export {run.Best} --output models/{spec.Name}.onnx");
            return ExitCode.Success;
        }
        catch (DivergenceException divergence)
        {
            run.AppendLog(divergence.Message);
            error.WriteLine(divergence.Message);
            return ExitCode.CheckFailed;
        }
    }

    private void Summarise(TrainingDisplay display, Trainer trainer, string mainMetric, string noun)
    {
        TrainingState state = trainer.State;
        string rate = trainer.Pace.Iterations == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" at {trainer.Pace.SamplesPerSecond:0.0} {noun}/s");
        string warnings = state.Health.Count switch
        {
            0 => "no warnings",
            1 => "one warning, see train.log",
            int many => $"{many} warnings, see train.log",
        };
        display.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"best {mainMetric} {state.Best:0.0000} in epoch {state.BestEpoch} of {Recipe.Epochs}; trained for "
            + $"{TrainingDisplay.Format(TimeSpan.FromSeconds(state.Seconds))}{rate}; {warnings}"));
    }

    private static void SayUnreadable(TrainingDisplay display, BatchLoader training, BatchLoader validation, string noun)
    {
        if (training.UnreadableCount + validation.UnreadableCount == 0)
            return;
        display.Say(
            $"{training.UnreadableCount} training and {validation.UnreadableCount} validation {noun} could not be read and were "
            + "passed over; mend or remove them, or add --strict to stop at the first");
    }
}
