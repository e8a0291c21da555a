using System.Text.Json.Nodes;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>
/// The ordinary ResNet and RetinaNet that the paper compares with (block "ann") go through the same commands as the
/// spiking networks: train, evaluate, export, verify.
/// </summary>
public sealed class OrdinaryNetworkTests : IDisposable
{
    private const string Classifier = """
        {
          "model": {
            "name": "ordinary", "task": "classification",
            "backbone": { "depth": 10, "base_channels": 8, "stem": "cifar", "block": "ann" },
            "decoder": { "type": "rate" },
            "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 4, "batch_size": 4,
          "optimizer": { "type": "adamw", "learning_rate": 0.005 },
          "schedule": { "type": "constant" }
        }
        """;

    private const string Detector = """
        {
          "model": {
            "name": "ordinary", "task": "detection",
            "backbone": { "depth": 10, "base_channels": 16, "stem": "imagenet", "block": "ann" },
            "decoder": { "type": "rate" },
            "detector": { "fpn_channels": 16, "head_convs": 1, "anchor_sizes": [16, 32, 64, 128, 256] },
            "input": { "height": 64, "width": 64, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 4, "batch_size": 4, "ema_decay": 0.6,
          "optimizer": { "type": "adamw", "learning_rate": 0.005 },
          "schedule": { "type": "constant" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Classifier_IsTrainedEvaluatedExportedAndVerified()
    {
        (JsonObject[] epochs, JsonNode figures) = TrainExportAndVerify(Classifier, TinyData.Classes(In("data"), 16));

        // Dark pictures and light ones.
        Assert.True(Loss(epochs[^1], "cross_entropy") < Loss(epochs[0], "cross_entropy"));
        Assert.Equal(1, figures["top1"]!.GetValue<double>());
    }

    [Fact]
    public void Detector_IsTrainedEvaluatedExportedAndVerified()
    {
        (JsonObject[] epochs, JsonNode figures) = TrainExportAndVerify(Detector, TinyData.Coco(In("data"), 16), "--raw-heads");

        Assert.True(Loss(epochs[^1], "classification") < Loss(epochs[0], "classification"));
        Assert.Equal(epochs.Max(epoch => epoch["AP"]!.GetValue<double>()), figures["AP"]!.GetValue<double>(), 1e-6);
    }

    /// <summary>Neurons learn nothing, so the networks compared are of one size.</summary>
    [Theory]
    [InlineData(Classifier)]
    [InlineData(Detector)]
    public void Network_HasTheParametersOfTheSpikingOneWithRateDecoding(string json)
    {
        string path = In("recipe.json");
        File.WriteAllText(path, json);
        Assert.Equal(
            Parameters(Recipe.Load(path, [])),
            Parameters(Recipe.Load(path, ["model.backbone.block=sg", "model.backbone.time_steps=4", "model.backbone.neuron.type=if"])));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static long Parameters(Recipe recipe)
    {
        ModelSpec spec = recipe.ModelFor([new Category(1, "a")], ["a", "b"]);
        return NetworkCost.Of(NetworkLayout.Of(spec)).Parameters;
    }

    private static double Loss(JsonObject epoch, string part) => epoch[$"loss_{part}"]!.GetValue<double>();

    /// <summary>The lines of metrics.jsonl, and what evaluate says of the best checkpoint.</summary>
    private (JsonObject[] Epochs, JsonNode Figures) TrainExportAndVerify(string recipe, string data, params string[] exportOptions)
    {
        File.WriteAllText(In("recipe.json"), recipe);
        Succeed(CommandRun.Run("train", In("recipe.json"), "--data", data, "--output", In("run"), "--threads", "1", "--device", "cpu"));
        string checkpoint = In("run", "best.safetensors");
        string figures = Succeed(CommandRun.Run("evaluate", checkpoint, "--data", data, "--json", "--device", "cpu"));
        Succeed(CommandRun.RunExporter(["export", checkpoint, "--output", In("model.onnx"), .. exportOptions]));
        var report = JsonNode.Parse(Succeed(CommandRun.Run("verify", checkpoint, In("model.onnx"), "--json")))!;

        Assert.True(report["passed"]!.GetValue<bool>());
        report = Assert.Single(report["comparisons"]!.AsArray())!;
        Assert.Empty(report["layers"]!.AsArray());
        Assert.NotEmpty(report["outputs"]!.AsArray());
        Assert.All(report["outputs"]!.AsArray(), output =>
            Assert.True(output!["largest"]!.GetValue<double>() < 0.01, output.ToJsonString()));
        JsonObject[] epochs = [.. File.ReadAllLines(In("run", "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];
        return (epochs, JsonNode.Parse(figures)!);
    }

    private static string Succeed((int ExitCode, string Output, string Error) run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
