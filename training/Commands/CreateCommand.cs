using System.CommandLine;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Benchmarks;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>create RECIPE --output CHECKPOINT [--set key=value …]</c></summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "A recipe, such as training/recipes/imagenet.json." };
        var output = new Option<string>("--output", "-o") { Description = "The checkpoint to write (.safetensors).", Required = true };
        Option<string[]> set = new("--set")
        {
            Description = "Override a field of the recipe, such as model.backbone.depth=34; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "create", "Write a recipe's network with the weights that a training starts from, for ten made-up classes: to export and time it beforehand.")
        {
            recipe, output, set,
        };
        command.AddExample(
            "dotnet run --project training -- create training/recipes/imagenet.json --output sg18.safetensors", "How fast would it be?");
        command.SetAction(parsed =>
        {
            var source = Recipe.Load(parsed.GetRequiredValue(recipe), parsed.GetRequiredValue(set));
            string path = parsed.GetRequiredValue(output);
            ModelSpec spec = source.ModelFor(MadeUpData.Set.Categories, MadeUpData.Set.Labels);
            using Weights weights = Weights.Initialise(NetworkLayout.Of(spec), CPU, source.Seed);
            weights.Save(path, new Dictionary<string, string> { ["created_from"] = Path.GetFileName(parsed.GetRequiredValue(recipe)) });
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{path}: {spec.Name}, untrained, {NetworkCost.Of(weights.Network).Parameters:N0} parameters");
        });
        return command;
    }
}
