using System.Text.Json.Nodes;
using SkiaSharp;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Monitoring;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>What a training leaves in its folder besides the weights.</summary>
public sealed class MetricsTests : IDisposable
{
    private static readonly string[] OfEachLine =
    [
        "epoch", "step", "time", "seconds", "learning_rate", "samples_per_second", "data_wait", "loss_cross_entropy",
        "gradient_norm_first_block", "gradient_norm_last_block", "firing_rates",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private string _output = "";

    [Fact]
    public void Train_OnPictures_LeavesMetricsEventsPicturesAndWhereItComesFrom()
    {
        JsonObject[] lines = Train(TinyRecipes.Classifier, TinyData.Classes(In("data"), 105));

        // 105 iterations an epoch: a line at the hundredth and one for the epoch, which alone has the figures of the evaluation.
        Assert.Equal([(1, 100), (1, null), (2, 100), (2, null)], lines.Select(line => ((int)line["epoch"]!, (int?)line["iteration"])));
        Assert.Equal([100, 105, 205, 210], lines.Select(line => (long)line["step"]!));
        Assert.All(lines, line => Assert.All(OfEachLine, name => Assert.True(line.ContainsKey(name), name)));
        Assert.Equal([false, true, false, true], lines.Select(line => line.ContainsKey("top1") && line.ContainsKey("top5")));
        Assert.All(lines, line => Assert.InRange((double)line["data_wait"]!, 0, 1));
        Assert.All(lines, line => Assert.True((double)line["samples_per_second"]! > 0));
        Assert.Equal(12, lines[0]["firing_rates"]!.AsObject().Count);
        Assert.All(lines[^1]["firing_rates"]!.AsObject(), rate => Assert.InRange((double)rate.Value!, 0.001, 0.9));

        (double _, long step, string tag, float value) = EventRecords.Scalars(File.ReadAllBytes(In("run", "events.out.tfevents.training")))
            .Last(scalar => scalar.Tag == "firing_rate/layer4.0.sn2");
        Assert.Equal((210, (float)(double)lines[^1]["firing_rates"]!["layer4.0.sn2"]!), (step, value));
        Assert.All((string[])["curves.png", "firing_rates.png"], name => AssertColourful(In("run", name)));

        JsonNode sitting = Assert.Single(JsonNode.Parse(File.ReadAllText(In("run", "run.json")))!.AsArray())!;
        Assert.Contains("train ", (string)sitting["command"]!, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", (string)sitting["version"]!);
        Assert.Equal(3, (int)sitting["seed"]!);
        Assert.Equal("0.107.0", (string)sitting["libraries"]!["torchsharp"]!);
        Assert.True((int)sitting["machine"]!["cores"]! > 0);
        using (Checkpoint checkpoint = Checkpoint.Open(In("run", "best.safetensors")))
        {
            Assert.Equal((string)sitting["command"]!, checkpoint.Metadata["command"]);
            Assert.Equal(sitting["libraries"]!.ToJsonString(), checkpoint.Metadata["libraries"]);
            Assert.Equal(File.ReadAllText(In("run", "recipe.json")).TrimEnd(), checkpoint.Metadata["recipe"]);
            Assert.DoesNotContain(checkpoint.Metadata.Values, text => text.Contains(Environment.MachineName, StringComparison.Ordinal));
        }

        (int exitCode, string output, _) = CommandRun.Run("describe", In("run", "best.safetensors"));
        Assert.Equal(0, exitCode);
        Assert.Contains($"\nversion: {sitting["version"]}\n", output, StringComparison.Ordinal);
        Assert.Contains("\nmetrics: top1 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfADetector_DrawsValidationPictures()
    {
        JsonObject[] lines = Train(TinyRecipes.Detector, TinyData.Coco(In("data")));
        Assert.All(lines, line => Assert.True(line.ContainsKey("loss_box") && line.ContainsKey("AP") && line.ContainsKey("firing_rates")));
        AssertColourful(In("run", "detections.png"));
        Assert.Matches(@"best AP 0\.\d+ in epoch [12] of 2; trained for 0m\d\d at \d+\.\d pictures/s; no warnings", _output);
        Assert.Contains($"training -- evaluate {In("run", "best.safetensors")} --data {In("data")}", _output, StringComparison.Ordinal);
        Assert.Contains($"export -- export {In("run", "best.safetensors")} --output models/tiny.onnx", _output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A picture that shows something: text and lines in more than a few colours.</summary>
    private static void AssertColourful(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        Assert.True(bitmap.Width >= 300 && bitmap.Height >= 200, $"{path} is {bitmap.Width}×{bitmap.Height}");
        Assert.True(bitmap.Pixels.Distinct().Count() > 50, path);
    }

    private JsonObject[] Train(string recipe, string data)
    {
        File.WriteAllText(In("recipe.json"), recipe);
        (int exitCode, _output, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", data, "--output", In("run"), "--threads", "1", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        return [.. File.ReadAllLines(In("run", "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
