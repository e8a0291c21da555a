using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>The precision of a recipe reaches the convolutions of the training program.</summary>
public sealed class PrecisionTests : IDisposable
{
    private const string Classifier = """
        {
          "model": {
            "name": "tiny", "task": "classification",
            "backbone": { "depth": 10, "base_channels": 16, "stem": "cifar", "block": "sg", "gate": "bsg", "neuron": { "type": "if" }, "time_steps": 2 },
            "decoder": { "type": "rate" },
            "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 1, "batch_size": 4,
          "optimizer": { "type": "sgd", "learning_rate": 0.01 },
          "schedule": { "type": "constant" }
        }
        """;

    private const string Detector = """
        {
          "model": {
            "name": "tiny", "task": "detection",
            "backbone": { "depth": 10, "base_channels": 16, "stem": "imagenet", "block": "sg", "gate": "bsg", "neuron": { "type": "if" }, "time_steps": 2 },
            "decoder": { "type": "rate" },
            "detector": { "fpn_channels": 16, "head_convs": 1, "anchor_sizes": [16, 32, 64, 128, 256] },
            "input": { "height": 64, "width": 64, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 1, "batch_size": 4,
          "optimizer": { "type": "sgd", "learning_rate": 0.01 },
          "schedule": { "type": "constant" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData(Classifier, false)]
    [InlineData(Detector, true)]
    public void Train_InBFloat16_EndsWithOtherWeightsThanInFloat32_AndTwiceWithTheSame(string recipe, bool detects)
    {
        string path = In("recipe.json");
        File.WriteAllText(path, recipe);
        string data = detects ? TinyData.Coco(In("data")) : TinyData.Classes(In("data"));
        float[][] weights =
        [
            .. ((string[])["float32", "bfloat16", "bfloat16"]).Select((precision, run) => Train(path, data, precision, In($"{run}"))),
        ];

        Assert.NotEqual(weights[0], weights[1]);
        Assert.Equal(weights[1], weights[2]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static float[] Train(string recipe, string data, string precision, string output)
    {
        (int exitCode, _, string error) = CommandRun.Run(
            "train", recipe, "--data", data, "--output", output, "--threads", "1", "--device", "cpu", "--set", $"precision={precision}");
        Assert.True(exitCode == 0, error);
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(output, "last.safetensors"));
        return [.. checkpoint.Tensors.SelectMany(tensor => checkpoint.Read(tensor.Name))];
    }

    private string In(string name) => Path.Combine(_folder, name);
}
