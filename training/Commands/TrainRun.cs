using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Distributed;
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
    /// <summary>From one checkpoint within an epoch to the next, unless something else is asked for.</summary>
    public static TimeSpan UsualCheckpointInterval { get; } = TimeSpan.FromMinutes(10);

    public required Recipe Recipe { get; init; }

    public required string DataFolder { get; init; }

    public required string Output { get; init; }

    /// <summary>Go on with the training in the output folder.</summary>
    public required bool Resume { get; init; }

    /// <summary>The checkpoint whose weights a new training starts with, or null.</summary>
    public required string? Init { get; init; }

    /// <summary>Where to run, as <see cref="DeviceOption"/> takes it.</summary>
    public required string Device { get; init; }

    /// <summary>Processor threads; all where null.</summary>
    public required int? Threads { get; init; }

    /// <summary>Stop at a damaged sample.</summary>
    public required bool Strict { get; init; }

    /// <summary>From one checkpoint within an epoch to the next.</summary>
    public required TimeSpan CheckpointEvery { get; init; }

    /// <summary>One of many trainings: nothing is said of what to do next.</summary>
    public bool IsOneOfMany { get; init; }

    /// <summary>The command line after the program's name.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Trains, and says how it went.</summary>
    /// <param name="error">Where it is said why a training stopped.</param>
    /// <param name="cancellation">Stops after the step.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">Something that was given cannot be used, or cannot be written.</exception>
    public int Run(TextWriter error, CancellationToken cancellation)
    {
        var group = ProcessGroup.Join();
        int exitCode = Run(group, error, cancellation);
        group.Leave();
        return exitCode;
    }

    private int Run(ProcessGroup group, TextWriter error, CancellationToken cancellation)
    {
        if (Threads is { } count)
            set_num_threads(count);
        if (Recipe.BatchSize % group.Size != 0)
        {
            throw new InvalidInputException(
                $"batch_size {Recipe.BatchSize} cannot be shared equally by {group.Size} processes; choose a multiple of {group.Size}, "
                + "or another number of processes.");
        }

        Device device = DeviceOption.Resolve(Device, group.LocalRank);
        DataSet data = DataSet.Read(DataFolder, Recipe);
        ModelSpec spec = Recipe.ModelFor(data.Categories, data.Labels);
        using Teacher? teacher = Teacher.Of(Recipe.Distillation, spec, device);
        RunFolder run = OpenFolder(group, device);
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), device, Recipe.Seed);
        StartWeights? start = Init is null || run.HasCheckpoint ? null : StartWeights.Take(Init, weights);
        if (start is not null)
            run.Note(start.ToMetadata());
        if (teacher is not null)
            run.Note([KeyValuePair.Create(Teacher.MetadataKey, teacher.Sha256)]);
        using WeightAverage? average = Recipe.AverageDecay > 0 ? new WeightAverage(weights, Recipe.AverageDecay) : null;
        TrainingTask task = TrainingTasks.ForTraining(weights, Recipe, data, teacher);
        TrainingTask judged = average is null ? task : TrainingTasks.ForEvaluation(average.Weights, data);
        foreach (TrainingTask each in (TrainingTask[])[task, judged])
            each.Distribute(group, Recipe.SynchroniseBatchNorm);

        // mpirun gives its processes a terminal of their own, whatever becomes of what they write there.
        IAnsiConsole console = group.Size == 1
            ? AnsiConsole.Console
            : AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No });
        TrainingDisplay display = group.IsFirst
            ? new TrainingDisplay(console, run.AppendLog, task.MainMetric, data.Noun)
            : TrainingDisplay.Silent(task.MainMetric, data.Noun);
        display.Say(
            $"{spec.Name}: {NetworkCost.Of(weights.Network).Parameters:N0} parameters, {data.Training.Count} training and "
            + $"{data.Validation.Count} validation {data.Noun}, on {device.type.ToString().ToLowerInvariant()} with {get_num_threads()} threads"
            + (group.Size > 1 ? $" in each of {group.Size} processes, " : ", ")
            + $"in {Recipe.Precision.ToString().ToLowerInvariant()}");
        if (start is not null)
            display.Say(start.ToString());
        else if (Init is not null)
            display.Say($"--init {Init} is not read, because the training goes on from {run.Last}");
        BatchLoader training = data.TrainingBatches(
            spec, Recipe.Augmentation, Recipe.BatchSize, Recipe.Seed, Strict ? WhenUnreadable.Stop : WhenUnreadable.UseNext, group);
        BatchLoader validation = data.ValidationBatches(
            spec, Recipe.BatchSize, Strict ? WhenUnreadable.Stop : WhenUnreadable.LeaveOut, group);
        Action<string> say = group.IsFirst ? display.Say : error.WriteLine;
        training.OnUnreadable = reason => say($"passed over in training: {reason}");
        validation.OnUnreadable = reason => say($"passed over in validation: {reason}");
        using var trainer = new Trainer(Recipe, task, average, judged, training, validation, run, display, CheckpointEvery);
        using CancellationTokenRegistration hint = cancellation.Register(
            () => display.Print("stopping after this step; a second signal stops at once, without a checkpoint"));
        try
        {
            bool complete = display.Show(() => trainer.Run(cancellation));
            SayUnreadable(group, display, training, validation, data.Noun);
            if (!complete)
            {
                display.Say($"stopped; go on with the same command and --resume (checkpoint {run.Last})");
                return ExitCode.Interrupted;
            }

            display.Say($"done: {run.Best}");
            Summarise(display, trainer, task.MainMetric, data.Noun);
            if (IsOneOfMany)
                return ExitCode.Success;
            display.Print("next:");
            display.Print($"  dotnet run --project training -- evaluate {Origin.Quote(run.Best)} --data {Origin.Quote(DataFolder)}");
            display.Print($"  dotnet run --project export -- export {Origin.Quote(run.Best)} --output {Origin.Quote($"models/{spec.Name}.onnx")}");
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

    /// <summary>The first process makes the folder; the others then find it, and only read.</summary>
    private RunFolder OpenFolder(ProcessGroup group, Device device)
    {
        var origin = Origin.Of(Words, device);
        if (!group.IsFirst)
            group.Meet();
        var run = RunFolder.Open(Output, Recipe, origin, Resume, group.IsFirst);
        if (group.IsFirst)
            group.Meet();
        return run;
    }

    private static void SayUnreadable(
        ProcessGroup group, TrainingDisplay display, BatchLoader training, BatchLoader validation, string noun)
    {
        double[] counts = [training.UnreadableCount, validation.UnreadableCount];
        group.Sum(counts);
        if (counts.Sum() == 0)
            return;
        display.Say(
            $"{counts[0]} training and {counts[1]} validation {noun} could not be read and were "
            + "passed over; mend or remove them, or add --strict to stop at the first");
    }
}
