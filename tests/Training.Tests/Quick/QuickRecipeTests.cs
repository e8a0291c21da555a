using System.Text.Json.Nodes;
using SpikingDetector.Training.Tests.Runs;

namespace SpikingDetector.Training.Tests.Quick;

/// <summary>The quick recipes reach their figures: a trainer that learns nothing, or too little, fails here.</summary>
public sealed class QuickRecipeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void BccdQuick_FindsDrawnCells()
    {
        string data = DrawnCells.Coco(Path.Combine(_folder, "data"), 80, 20);
        JsonObject last = Train("bccd-quick", data);
        Assert.InRange((double)last["AP50"]!, 0.7, 1);
    }

    [Fact]
    public void Cifar10Quick_TellsDrawnShapesApart()
    {
        string data = DrawnShapes.Cifar10(Path.Combine(_folder, "data"), 200);
        JsonObject last = Train("cifar10-quick", data);
        Assert.InRange((double)last["top1"]!, 0.9, 1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonObject Train(string recipe, string data)
    {
        string output = Path.Combine(_folder, "run");
        (int exitCode, _, string error) = CommandRun.Run(
            "train", Path.Combine(AppContext.BaseDirectory, "recipes", $"{recipe}.json"), "--data", data, "--output", output, "--device", "cpu",
            "--threads", "1"); // Two would wait for each other where other tests run beside.
        Assert.True(exitCode == 0, error);
        return (JsonObject)JsonNode.Parse(File.ReadAllLines(Path.Combine(output, "metrics.jsonl"))[^1])!;
    }
}
