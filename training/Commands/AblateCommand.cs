using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Studies;

namespace SpikingDetector.Training.Commands;

/// <summary>
/// <c>ablate STUDY --data DIR --output DIR [--recipe FILE] [--depths …] [--width N] [--epochs N] [--share S] [--seeds N]
/// [--set key=value …] [--device …] [--threads N]</c>
/// </summary>
internal static class AblateCommand
{
    private const string All = "all";

    /// <summary>The recipe of studies, beside the program.</summary>
    private static readonly string UsualRecipe = Path.Combine(AppContext.BaseDirectory, "recipes", "study.json");

    public static Command Create()
    {
        var study = new Argument<string>("study")
        {
            Description = "decoder (ASD against rate decoding), gate (BSG against BSG*), gate-gradient (its three gradients), spiking (SG against "
                + "Spiking ResNet by depth), sew (SG against SEW ResNet), energy (SG against the ordinary network), gradient-flow (untrained "
                + "networks by depth), or all.",
        };
        study.AcceptOnlyFromAmong([.. AblateRun.Studies, All]);
        var data = new Option<string>("--data") { Description = "The data folder.", Required = true };
        var output = new Option<string>("--output", "-o")
        {
            Description = "The folder of the studies at one scale; trainings that two of them need are run once.",
            Required = true,
        };
        var recipe = new Option<string?>("--recipe")
        {
            Description = "How each network is trained. [default: training/recipes/study.json]",
        };
        var depths = new Option<int[]?>("--depths")
        {
            Description = "Layers of the networks, such as 10,18,34; the study's own unless given.",
            CustomParser = ParseDepths,
        };
        Option<int?> width = Whole("--width", "Channels of the first stage; the recipe's unless given.");
        Option<int?> epochs = Whole("--epochs", "Epochs of each training; the recipe's unless given.");
        var share = new Option<double?>("--share") { Description = "Share of the training samples, above 0 to 1; the recipe's unless given." };
        Option<int?> seeds = Whole("--seeds", "Trainings of each network. [default: 2]");
        var set = new Option<string[]>("--set")
        {
            Description = "Override a field of the recipe for all networks; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        Option<string> device = DeviceOption.Create();
        var threads = new Option<int?>("--threads") { Description = "Processor threads; all unless given." };
        var command = new Command(
            "ablate",
            "Check a claim of the paper: train the networks that it compares, each with several seeds, and write a table, curves and a reading. "
            + "The same command goes on after an interruption, and several at once, each with its --threads or GPU, share the trainings.")
        {
            study, data, output, recipe, depths, width, epochs, share, seeds, set, device, threads,
        };
        command.AddExample(
            "dotnet run --project training -- ablate decoder --data cifar10 --output studies", "ASD against rate decoding, on a machine without GPU");
        command.AddExample(
            "dotnet run --project training -- ablate all --data cifar100 --output studies --recipe training/recipes/cifar100.json --seeds 3",
            "All studies as large as in the paper");
        command.AddExample(
            "dotnet run --project training -- ablate spiking --data cifar10 --output studies --depths 34,50 --width 8 --epochs 5 --share 0.1",
            "A first look");
        command.SetAction((parsed, cancellation) => Task.FromResult(new AblateRun
        {
            Names = parsed.GetRequiredValue(study) is var name && name == All ? AblateRun.Studies : [name],
            Scale = new StudyScale
            {
                Recipe = parsed.GetValue(recipe) ?? UsualRecipe,
                Data = parsed.GetRequiredValue(data),
                Output = parsed.GetRequiredValue(output),
                Seeds = parsed.GetValue(seeds) ?? 2,
                Depths = parsed.GetValue(depths) is { Length: > 0 } given ? given : null,
                Width = parsed.GetValue(width),
                Epochs = parsed.GetValue(epochs),
                Share = parsed.GetValue(share),
                Set = parsed.GetRequiredValue(set),
            },
            Device = parsed.GetRequiredValue(device),
            Threads = parsed.GetValue(threads),
            Words = [.. parsed.Tokens.Select(token => token.Value)],
        }.Run(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation)));
        return command;
    }

    private static Option<int?> Whole(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < 1)
                result.AddError($"{name} is {value}; expected a whole number from 1.");
        });
        return option;
    }

    private static int[]? ParseDepths(ArgumentResult result)
    {
        var depths = new List<int>();
        foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int depth) || depth < 1)
            {
                result.AddError($"--depths has '{word}'; expected numbers of layers with commas between them, such as 10,18,34.");
                return null;
            }

            depths.Add(depth);
        }

        return [.. depths.Distinct().Order()];
    }
}
