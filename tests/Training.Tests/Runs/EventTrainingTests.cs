using System.Text.Json.Nodes;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>From recordings to a network that tells them apart, through the command line.</summary>
public sealed class EventTrainingTests : IDisposable
{
    private const string Recipe = """
        {
          "model": {
            "name": "tiny-7b", "task": "classification",
            "backbone": {
              "family": "7b", "base_channels": 4, "block": "sg",
              "neuron": { "type": "plif", "tau": 2.0 }, "time_steps": 4
            },
            "decoder": { "type": "asd", "channel_reduction": 4 },
            "input": { "height": 128, "width": 128, "channels": 2 }
          },
          "epochs": 5, "batch_size": 4, "seed": 1,
          "optimizer": { "type": "adamw", "learning_rate": 0.01 },
          "schedule": { "type": "cosine" },
          "augmentation": { "delete_slices": 1, "horizontal_flip": 0.5 }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Train_OnRecordingsOfTwoKinds_LearnsToTellThemApart()
    {
        string data = TinyData.Events(In("data"));
        File.WriteAllText(In("recipe.json"), Recipe);

        (int exitCode, string output, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", data, "--output", In("run"), "--threads", "1", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        Assert.Contains("36 training and 4 validation recordings", output, StringComparison.Ordinal);

        // The last tenth of each class, as in training.
        Assert.Equal(1, Evaluate(data)["top1"]!.GetValue<double>());

        // Recordings that are called by the wrong names: the figure depends on the data.
        Directory.Move(Path.Combine(data, "darker"), Path.Combine(data, "x"));
        Directory.Move(Path.Combine(data, "lighter"), Path.Combine(data, "darker"));
        Directory.Move(Path.Combine(data, "x"), Path.Combine(data, "lighter"));
        Assert.Equal(0, Evaluate(data)["top1"]!.GetValue<double>());
    }

    [Fact]
    public void Train_WithARecordingOfTooFewEvents_NamesItAndStops()
    {
        string data = TinyData.Events(In("data"), recordings: 10);
        string broken = Path.Combine(data, "darker", "darker_9.aedat");
        File.WriteAllBytes(broken, TestEvents.Aedat([(1, 1, 1), (2, 2, 0)]));
        File.WriteAllText(In("recipe.json"), Recipe);

        (int exitCode, _, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", data, "--output", In("run"), "--threads", "1", "--set", "epochs=1", "--device", "cpu");

        Assert.Equal(2, exitCode);
        Assert.Contains($"{broken} has 2 events, too few for 4 time steps", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonNode Evaluate(string data)
    {
        (int exitCode, string output, string error) = CommandRun.Run(
            "evaluate", In("run", "best.safetensors"), "--data", data, "--json", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
