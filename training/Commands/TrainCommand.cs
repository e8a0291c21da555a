using System.CommandLine;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Commands;

/// <summary><c>train RECIPE --data DIR --output RUN [--resume] [--init CHECKPOINT] [--device …] [--set key=value …] [--strict]</c></summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "What to train: a JSON file, such as training/recipes/bccd.json." };
        var data = new Option<string>("--data") { Description = "The data folder.", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "The folder of this training.", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on with the training in the output folder." };
        var init = new Option<string?>("--init")
        {
            Description = "A checkpoint whose weights to start with, of the same network with any classes and decoder, or a classifier for a "
                + "detector's backbone. A training that goes on does not read it again.",
        };
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
        var checkpointMinutes = new Option<double>("--checkpoint-minutes")
        {
            Description = "Minutes from one checkpoint within an epoch to the next; more than 0.",
            DefaultValueFactory = _ => TrainRun.UsualCheckpointInterval.TotalMinutes,
        };
        checkpointMinutes.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() > 0))
                result.AddError("--checkpoint-minutes must be more than 0.");
        });
        var command = new Command("train", "Train a network by a recipe.")
        {
            recipe, data, output, resume, init, device, set, threads, strict, checkpointMinutes,
        };
        command.AddExample(
            "dotnet run --project training -- train training/recipes/bccd.json --data bccd --output runs/bccd",
            "Train the blood-cell detector");
        command.AddExample(
            "dotnet run --project training -- train training/recipes/bccd.json --data bccd --output runs/bccd --resume",
            "Go on after an interruption");
        command.AddExample(
            "dotnet run --project training -- train training/recipes/bccd.json --data mine --output runs/mine --init models/bccd-sg10.safetensors",
            "Start with the weights of a trained detector of other classes");
        command.AddExample(
            "mpirun -np 2 dotnet training/bin/Debug/net10.0/linux-x64/SpikingDetector.Training.dll train training/recipes/bccd.json"
            + " --data bccd --output runs/bccd",
            "Share each batch among two processes of Open MPI");
        command.SetAction((parsed, cancellation) => Task.FromResult(new TrainRun
        {
            Recipe = Recipe.Load(parsed.GetRequiredValue(recipe), parsed.GetRequiredValue(set)),
            DataFolder = parsed.GetRequiredValue(data),
            Output = parsed.GetRequiredValue(output),
            Resume = parsed.GetValue(resume),
            Init = parsed.GetValue(init),
            Device = parsed.GetRequiredValue(device),
            Threads = parsed.GetValue(threads),
            Strict = parsed.GetValue(strict),
            CheckpointEvery = TimeSpan.FromMinutes(parsed.GetValue(checkpointMinutes)),
            Words = [.. parsed.Tokens.Select(token => token.Value)],
        }.Run(parsed.InvocationConfiguration.Error, cancellation)));
        return command;
    }
}
