using System.Text.Json.Nodes;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Benchmarks;

/// <summary>The command as a process, on pictures, boxes and events.</summary>
public sealed class BenchmarkCommandTests : IDisposable
{
    private const string Tail = """
          "decoder": { "type": "rate" }, EXTRA },
          "epochs": 1, "batch_size": 4,
          "optimizer": { "type": "sgd", "learning_rate": 0.01 },
          "schedule": { "type": "constant" } }
        """;

    private const string Pictures = """
        { "model": { "name": "tiny", "task": "classification",
          "backbone": { "depth": 10, "base_channels": 4, "stem": "cifar", "block": "sg", "gate": "bsg", "neuron": { "type": "if" }, "time_steps": 2 },
        """ + Tail;

    private const string Boxes = """
        { "model": { "name": "tiny", "task": "detection",
          "backbone": { "depth": 10, "base_channels": 4, "stem": "imagenet", "block": "sg", "gate": "bsg", "neuron": { "type": "if" }, "time_steps": 2 },
          "detector": { "fpn_channels": 8, "head_convs": 1, "anchor_sizes": [16, 32, 64, 128, 256] },
        """ + Tail;

    private const string Events = """
        { "model": { "name": "tiny", "task": "classification",
          "backbone": { "family": "7b", "base_channels": 4, "block": "sg", "gate": "bsg", "neuron": { "type": "plif", "tau": 2.0 }, "time_steps": 2 },
        """ + Tail;

    private const string PictureInput = "\"input\": { \"height\": 32, \"width\": 32, \"mean\": [0.5, 0.5, 0.5], \"std\": [0.5, 0.5, 0.5] }";

    private const string BoxInput = "\"input\": { \"height\": 64, \"width\": 96, \"mean\": [0.5, 0.5, 0.5], \"std\": [0.5, 0.5, 0.5] }";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData(Pictures, PictureInput)]
    [InlineData(Boxes, BoxInput)]
    [InlineData(Events, "\"input\": { \"height\": 128, \"width\": 128, \"channels\": 2 }")]
    public void WithoutData_MeasuresEveryKindOfInput(string recipe, string input)
    {
        JsonNode figures = Figures(Write(recipe, input), "--steps", "3", "--warmup", "1");
        Assert.Equal(3, (int)figures["steps"]!);
        Assert.Equal(4, (int)figures["batch_size"]!);
        double step = (double)figures["step_ms"]!;
        Assert.Equal(4000 / step, (double)figures["images_per_second"]!["median"]!, 4000 / step * 0.01);
        foreach (string part in (string[])["forward", "neurons_forward", "backward", "neurons_backward", "update"])
            Assert.InRange((double)figures["parts_ms"]![part]!, 0.001, step * 3);

        // More than the libraries alone, less than a machine has.
        Assert.InRange((double)figures["peak_memory"]!, 5e7, 2e10);
    }

    [Fact]
    public void WithData_WaitsForItsBatches()
    {
        string recipe = Write(Pictures, PictureInput);
        JsonNode figures = Figures(recipe, "--data", TinyData.Classes(Path.Combine(_folder, "data")), "--steps", "1", "--warmup", "0");

        Assert.Equal(16 / (double)figures["images_per_second"]!["median"]!, (double)figures["training_seconds"]!, 0.1);

        // The first batch is never ready at once: its pictures are decoded.
        Assert.True((double)figures["parts_ms"]!["data"]! > 0.1);
    }

    [Theory]
    [InlineData(Pictures, PictureInput, ", \"temperature\": 2")]
    [InlineData(Boxes, BoxInput, "")]
    public void WithATeacherAndNoData_TakesItsClasses(string text, string input, string temperature)
    {
        string path = Write(text, input);
        string teacher = Path.Combine(_folder, "teacher.safetensors");
        ModelSpec spec = Recipe.Load(path, []).ModelFor([new Category(7, "cell"), new Category(9, "dust")], ["cat", "dog", "ship"]);
        using (Weights weights = Weights.Initialise(NetworkLayout.Of(spec), CPU, 1))
            weights.Save(teacher, new Dictionary<string, string>());

        string distillation = $$"""distillation={"teacher":"{{teacher}}","weight":0.5{{temperature}}}""";
        Assert.True((double)Figures(path, "--set", distillation, "--steps", "1", "--warmup", "0")["step_ms"]! > 0);
    }

    [Fact]
    public void Table_NamesThePartsAndTheRate()
    {
        string recipe = Write(Pictures, PictureInput);
        (int exitCode, string output, string error) = CommandRun.Run(
            "benchmark", recipe, "--steps", "2", "--warmup", "0", "--threads", "1", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain("whole training", output, StringComparison.Ordinal);
        foreach (string text in (string[])["4 pictures of noise a step", "neurons backward", "pictures a second (median of 2 steps", "GB of memory"])
            Assert.Contains(text, output, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeTraining_IsToldForANumberOfSamples()
    {
        string recipe = Write(Pictures, PictureInput);
        JsonNode figures = Figures(recipe, "--steps", "3", "--warmup", "1", "--samples", "50000", "--set", "epochs=200");
        double seconds = 200 * 50000 / (double)figures["images_per_second"]!["median"]!;
        Assert.Equal(seconds, (double)figures["training_seconds"]!, seconds * 1e-3);
    }

    [Fact]
    public void Samples_AndData_ExcludeEachOther()
    {
        (int exitCode, _, string error) = CommandRun.Run("benchmark", "recipe.json", "--data", "data", "--samples", "5");
        Assert.Equal(2, exitCode);
        Assert.Contains("--samples and --data exclude each other", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--samples", "0", "--samples is 0; expected a whole number from 1.")]
    [InlineData("--steps", "0", "--steps is 0; expected a whole number from 1.")]
    [InlineData("--warmup", "-1", "--warmup is -1; expected a whole number from 0.")]
    public void AnImpossibleNumberOfSteps_IsRefused(string option, string value, string sentence)
    {
        (int exitCode, _, string error) = CommandRun.Run("benchmark", "recipe.json", option, value);
        Assert.Equal(2, exitCode);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonNode Figures(string recipe, params string[] options)
    {
        (int exitCode, string output, string error) = CommandRun.Run(
            ["benchmark", recipe, "--json", "--threads", "1", "--device", "cpu", .. options]);
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }

    private string Write(string recipe, string input)
    {
        string path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, recipe.Replace("EXTRA", input, StringComparison.Ordinal));
        return path;
    }
}
