using System.CommandLine;
using Spectre.Console;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>train RECIPE --data DIR --output RUN [--resume] [--device …] [--set key=value …] [--strict]</c></summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "What to train: a JSON file, such as training/recipes/bccd.json." };
        var data = new Option<string>("--data") { Description = "The data folder.", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "The folder of this training.", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on with the training in the output folder." };
        Option<string> device = DeviceOption.Create();
        var set = new Option<string[]>("--set")
        {
            Description = "Override a field of the recipe, such as optimizer.learning_rate=0.01; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var threads = new Option<int?>("--threads") { Description = "Processor threads; all unless given." };
        var strict = new Option<bool>("--strict")
        {
            Description = "Stop at a picture or recording that is damaged; else it is named and passed over.",
        };
        var command = new Command("train", "Train a network by a recipe.") { recipe, data, output, resume, device, set, threads, strict };
        command.AddExample(
            "dotnet run --project training -- train training/recipes/bccd.json --data bccd --output runs/bccd",
            "Train the blood-cell detector");
        command.AddExample(
            "dotnet run --project training -- train training/recipes/bccd.json --data bccd --output runs/bccd --resume",
            "Go on after an interruption");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            Recipe.Load(parsed.GetRequiredValue(recipe), parsed.GetRequiredValue(set)),
            parsed.GetRequiredValue(data),
            parsed.GetRequiredValue(output),
            parsed.GetValue(resume),
            DeviceOption.Resolve(parsed.GetRequiredValue(device)),
            parsed.GetValue(threads),
            parsed.GetValue(strict),
            cancellation)));
        return command;
    }

    private static int Run(
        Recipe recipe, string dataFolder, string output, bool resume, Device device, int? threads, bool strict, CancellationToken cancellation)
    {
        if (threads is { } count)
            set_num_threads(count);
        DataSet data = DataSet.Read(dataFolder, recipe.Data);
        ModelSpec spec = recipe.ModelFor(data.Categories, data.Labels);
        RunFolder run = RunFolder.Open(output, recipe, resume);
        using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), device, recipe.Seed);
        TrainingTask task = TrainingTasks.Create(weights, recipe.Neuron, recipe.Precision, data);
        using var display = new TrainingDisplay(AnsiConsole.Console, run.Log, task.MainMetric, data.Noun);
        display.Say(
            $"{spec.Name}: {NetworkCost.Of(weights.Network).Parameters:N0} parameters, {data.Training.Count} training and "
            + $"{data.Validation.Count} validation {data.Noun}, on {device.type.ToString().ToLowerInvariant()} with {get_num_threads()} threads, "
            + $"in {recipe.Precision.ToString().ToLowerInvariant()}");
        BatchLoader training = data.TrainingBatches(
            spec, recipe.Augmentation, recipe.BatchSize, recipe.Seed, strict ? WhenUnreadable.Stop : WhenUnreadable.UseNext);
        BatchLoader validation = data.ValidationBatches(
            spec, recipe.BatchSize, strict ? WhenUnreadable.Stop : WhenUnreadable.LeaveOut);
        training.OnUnreadable = reason => display.Say($"passed over in training: {reason}");
        validation.OnUnreadable = reason => display.Say($"passed over in validation: {reason}");
        using var trainer = new Trainer(recipe, task, training, validation, run, display);
        bool complete = display.Show(() => trainer.Run(cancellation));
        if (training.UnreadableCount + validation.UnreadableCount > 0)
        {
            display.Say(
                $"{training.UnreadableCount} training and {validation.UnreadableCount} validation {data.Noun} could not be read and were "
                + "passed over; mend or remove them, or add --strict to stop at the first");
        }

        if (complete)
        {
            display.Say($"done: {run.Best}");
            return ExitCode.Success;
        }

        display.Say($"stopped; go on with the same command and --resume (checkpoint {run.Last})");
        return ExitCode.Interrupted;
    }
}
