using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Benchmarks;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>benchmark RECIPE [--data DIR] [--steps N] [--warmup N] [--set key=value …] [--device …] [--threads N] [--json]</c></summary>
internal static class BenchmarkCommand
{
    private const int DefaultSteps = 50;
    private const int DefaultWarmup = 10;

    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "What to train: a JSON file, such as training/recipes/cifar10-small.json." };
        var data = new Option<string?>("--data") { Description = "The data folder; noise unless given." };
        Option<int> steps = Count("--steps", "Measured steps.", DefaultSteps, 1);
        Option<int> warmup = Count("--warmup", "Steps before them that do not count.", DefaultWarmup, 0);
        var samples = new Option<int?>("--samples")
        {
            Description = "Training samples of an epoch, to estimate a whole training without --data, which has a number of its own.",
        };
        samples.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } count and < 1)
                result.AddError($"--samples is {count}; expected a whole number from 1.");
            if (result.GetValue(data) is not null)
                result.AddError("--samples and --data exclude each other: the data folder has a number of samples of its own.");
        });
        Option<string[]> set = new("--set")
        {
            Description = "Override a field of the recipe, such as precision=bfloat16; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        Option<string> device = DeviceOption.Create();
        var threads = new Option<int?>("--threads") { Description = "Processor threads; all unless given." };
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON: milliseconds, bytes." };
        var command = new Command("benchmark", "Measure the speed and memory of a training.")
        {
            recipe, data, samples, steps, warmup, set, device, threads, json,
        };
        command.AddExample(
            "dotnet run --project training -- benchmark training/recipes/cifar10-small.json --set precision=bfloat16",
            "Images a second on this machine; needs no data");
        command.AddExample(
            "dotnet run --project training -- benchmark training/recipes/cifar10-small.json --data cifar10 --steps 2000",
            "Whether reading the data keeps up, and whether memory grows");
        command.AddExample(
            "dotnet run --project training -- benchmark training/recipes/imagenet.json --device cuda --samples 1281167",
            "How long a whole training takes on this machine's GPU");
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(threads) is { } count)
                set_num_threads(count);
            BenchmarkResult result = Run(
                Recipe.Load(parsed.GetRequiredValue(recipe), parsed.GetRequiredValue(set)),
                parsed.GetValue(data),
                parsed.GetValue(samples),
                DeviceOption.Resolve(parsed.GetRequiredValue(device)),
                parsed.GetRequiredValue(warmup),
                parsed.GetRequiredValue(steps),
                parsed.GetValue(json),
                cancellation);
            if (parsed.GetValue(json))
                parsed.InvocationConfiguration.Output.WriteLine(result.ToJson().ToJsonString());
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int usual, int least)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < least)
                result.AddError($"{name} is {value}; expected a whole number from {least}.");
        });
        return option;
    }

    private static BenchmarkResult Run(
        Recipe recipe, string? folder, int? samples, Device device, int warmup, int steps, bool quiet, CancellationToken cancellation)
    {
        DataSet data = folder is null ? MadeUp(recipe) : DataSet.Read(folder, recipe);
        ModelSpec spec = recipe.ModelFor(data.Categories, data.Labels);
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), device, recipe.Seed);
        using Teacher? teacher = Teacher.Of(recipe.Distillation, spec, device);
        TrainingTask task = TrainingTasks.ForTraining(weights, recipe, data, teacher);
        var benchmark = new Benchmark(recipe, task, folder is null ? MadeUp(spec, recipe) : Read(data, spec, recipe));
        if (quiet)
            return WithWhole(benchmark.Run(warmup, steps, () => { }, cancellation));

        Console.WriteLine(
            $"{spec.Name}: {NetworkCost.Of(weights.Network).Parameters:N0} parameters, {recipe.BatchSize} {data.Noun}"
            + $"{(folder is null ? " of noise" : "")} a step, on {device.type.ToString().ToLowerInvariant()} with {get_num_threads()} threads, "
            + $"in {recipe.Precision.ToString().ToLowerInvariant()}");
        BenchmarkResult result = WithWhole(WithBar(warmup + steps, onStep => benchmark.Run(warmup, steps, onStep, cancellation)));
        Print(result, data.Noun);
        return result;

        BenchmarkResult WithWhole(BenchmarkResult measured) => measured with
        {
            TrainingSamples = (folder is null ? samples : data.Training.Count) * (long)recipe.Epochs,
        };
    }

    /// <summary>Shows how far it is where the output is a terminal.</summary>
    private static BenchmarkResult WithBar(int steps, Func<Action, BenchmarkResult> run)
    {
        Profile console = AnsiConsole.Console.Profile;
        if (!console.Capabilities.Interactive || !console.Out.IsTerminal)
            return run(() => { });
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask bar = context.AddTask("steps", maxValue: steps);
            return run(() => bar.Increment(1));
        });
    }

    private static DataSet MadeUp(Recipe recipe)
    {
        if (recipe.Distillation is null)
            return MadeUpData.Set;
        using Checkpoint teacher = Checkpoint.Open(recipe.Distillation.Teacher);
        return MadeUpData.SetFor(teacher.Spec);
    }

    private static IEnumerable<Batch> MadeUp(ModelSpec spec, Recipe recipe)
    {
        Batch batch = MadeUpData.Batch(spec, recipe.BatchSize);
        while (true)
            yield return batch;
    }

    private static IEnumerable<Batch> Read(DataSet data, ModelSpec spec, Recipe recipe)
    {
        BatchLoader loader = data.TrainingBatches(spec, recipe.Augmentation, recipe.BatchSize, recipe.Seed);
        for (int epoch = 0; ; epoch++)
        {
            foreach (Batch batch in loader.Epoch(epoch, 0, CancellationToken.None))
                yield return batch;
        }
    }

    private static void Print(BenchmarkResult result, string noun)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("part of a step");
        table.AddColumn(new TableColumn("ms").RightAligned());
        table.AddColumn(new TableColumn("share").RightAligned());
        double sum = StepTimes.Parts.Sum(part => result.Part(part.Of));
        foreach ((string name, Func<StepTimes, double> part) in StepTimes.Parts)
            table.AddRow(name.Replace('_', ' '), Format(result.Part(part) * 1000, "F1"), Format(result.Part(part) / sum, "P1"));
        table.AddEmptyRow();
        table.AddRow("all", Format(result.Part(times => times.Total) * 1000, "F1"), "");
        AnsiConsole.Write(table);
        Console.WriteLine(
            $"{Format(result.Rate, "F1")} {noun} a second (median of {result.Steps.Count} steps; "
            + $"{Format(result.Spread.Low, "F1")} to {Format(result.Spread.High, "F1")} without the slowest and the fastest tenth)");
        Console.WriteLine(
            $"{Format(result.PeakMemory / 1e9, "F2")} GB of memory at most, "
            + $"{Format(result.MemoryGrowth * 100, "+0.0;-0.0;0.0")} % from the first tenth of the steps to the last");
        if (result.WholeTraining is { } whole)
        {
            Console.WriteLine(
                $"{TrainingDisplay.Format(whole)} for the whole training of {result.TrainingSamples:N0} {noun}, each epoch's counted, without evaluations");
        }
    }

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
