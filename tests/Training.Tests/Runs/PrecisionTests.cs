using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>The precision of a recipe reaches the convolutions of the training program.</summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData(TinyRecipes.Classifier, false)]
    [InlineData(TinyRecipes.Detector, true)]
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
            "train", recipe, "--data", data, "--output", output, "--threads", "1", "--device", "cpu", "--set", $"precision={precision}",
            "--set", "model.backbone.base_channels=16"); // The fewest that are multiplied in bfloat16.
        Assert.True(exitCode == 0, error);
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(output, "last.safetensors"));
        return [.. checkpoint.Tensors.SelectMany(tensor => checkpoint.Read(tensor.Name))];
    }

    private string In(string name) => Path.Combine(_folder, name);
}
