using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary><c>train --init</c>, and what a run remembers of it and of its teacher.</summary>
public sealed class InitOptionTests : IDisposable
{
    private const string Recipe = """
        {
          "model": {
            "name": "tiny", "task": "classification",
            "backbone": { "depth": 10, "base_channels": 8, "stem": "cifar", "block": "sg", "gate": "bsg", "neuron": { "type": "if" }, "time_steps": 2 },
            "decoder": { "type": "rate" },
            "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 1, "batch_size": 4,
          "optimizer": { "type": "sgd", "learning_rate": 1e-30, "momentum": 0 },
          "schedule": { "type": "constant" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Train_WithInit_StartsWithItsWeightsAndRemembersIt()
    {
        File.WriteAllText(In("recipe.json"), Recipe);
        string data = TinyData.Classes(In("data"), 4);
        string[] train = ["train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu"];
        Succeed([.. train, "--output", In("first"), "--set", "seed=1"]);
        string init = In("first", "last.safetensors");

        // With a rate of nearly nothing the weights stay those that it starts with.
        string said = Succeed([.. train, "--output", In("second"), "--init", init, "--set", "seed=2"]);
        Assert.Contains($"tensors of {init}", said, StringComparison.Ordinal);
        using var first = Checkpoint.Open(init);
        string hash = first.ComputeSha256();
        using (var second = Checkpoint.Open(In("second", "best.safetensors")))
        {
            Assert.Equal(first.Read("layer3.0.conv1.weight"), second.Read("layer3.0.conv1.weight"));
            Assert.Equal(hash, second.Metadata["init_sha256"]);
            Assert.Equal("last.safetensors", second.Metadata["init"]);
        }

        // A training that goes on has its own weights, whatever --init says, and still knows where it began.
        said = Succeed([.. train, "--output", In("second"), "--init", In("nowhere.safetensors"), "--resume", "--set", "seed=2"]);
        Assert.Contains("nowhere.safetensors is not read, because the training goes on", said, StringComparison.Ordinal);
        File.Delete(In("second", "best.safetensors"));
        using var resumed = Checkpoint.Open(In("second", "last.safetensors"));
        Assert.Equal(hash, resumed.Metadata["init_sha256"]);
    }

    [Fact]
    public void Train_ResumedWithAnotherTeacher_IsRefused()
    {
        File.WriteAllText(In("recipe.json"), Recipe);
        string data = TinyData.Classes(In("data"), 4);
        string[] train = ["train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu", "--output"];
        foreach (string seed in (string[])["1", "2"])
            Succeed([.. train, In(seed), "--set", $"seed={seed}"]);
        File.Copy(In("1", "last.safetensors"), In("teacher.safetensors"));
        string[] taught = [.. train, In("taught"), "--set", "distillation={\"teacher\":\"teacher.safetensors\",\"weight\":1,\"temperature\":2}"];
        Succeed(taught);
        Assert.Contains("\"loss_distillation\":", File.ReadAllText(In("taught", "metrics.jsonl")), StringComparison.Ordinal);

        File.Copy(In("2", "last.safetensors"), In("teacher.safetensors"), overwrite: true);
        (int exitCode, _, string error) = CommandRun.Run([.. taught, "--resume"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("is not the teacher that the training in", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Succeed(string[] arguments)
    {
        (int exitCode, string output, string error) = CommandRun.Run(arguments);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
