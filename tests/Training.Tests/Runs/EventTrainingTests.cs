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
              "family": "7b", "base_channels": 4, "block": "sew_add",
              "neuron": { "type": "plif", "tau": 2.0 }, "time_steps": 4
            },
            "decoder": { "type": "asd", "channel_reduction": 4 },
            "input": { "height": 128, "width": 128, "channels": 2 }
          },
          "epochs": 3, "batch_size": 2, "seed": 3,
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

        // Recordings that the training has not seen, and the same by the wrong names.
        string unseen = TinyData.Events(In("unseen"), recordings: 8, seed: 1000);
        Assert.InRange(Accuracy(unseen), 0.9, 1);
        Directory.Move(Path.Combine(unseen, "darker"), Path.Combine(unseen, "x"));
        Directory.Move(Path.Combine(unseen, "lighter"), Path.Combine(unseen, "darker"));
        Directory.Move(Path.Combine(unseen, "x"), Path.Combine(unseen, "lighter"));
        Assert.InRange(Accuracy(unseen), 0, 0.1);
    }

    [Fact]
    public void Train_WithARecordingOfTooFewEvents_NamesItAndStopsWhereAskedTo()
    {
        string data = TinyData.Events(In("data"), recordings: 10);
        string broken = Path.Combine(data, "darker", "darker_9.aedat");
        File.WriteAllBytes(broken, TestEvents.Aedat([(1, 1, 1), (2, 2, 0)]));
        File.WriteAllText(In("recipe.json"), Recipe);

        (int exitCode, _, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", data, "--output", In("run"), "--threads", "1", "--set", "epochs=1", "--device", "cpu", "--strict");

        Assert.Equal(2, exitCode);
        Assert.Contains($"{broken} has 2 events, too few for 4 time steps", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private double Accuracy(string data)
    {
        (int exitCode, string output, string error) = CommandRun.Run(
            "evaluate", In("run", "best.safetensors"), "--data", data, "--json", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!["top1"]!.GetValue<double>();
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
