using System.Diagnostics;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>A training that goes wrong says so in words, at once, and leaves the last checkpoint whole.</summary>
public sealed class FailingTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Train_ThatDiverges_StopsNamesWhatAndWhereAndKeepsTheCheckpoint()
    {
        File.WriteAllText(In("recipe.json"), TinyRecipes.Detector);
        (int exitCode, _, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", TinyData.Coco(In("data")), "--output", In("run"), "--threads", "1", "--device", "cpu",
            "--set", "optimizer.learning_rate=1e6", "--checkpoint-minutes", "0.00001");

        Assert.Equal(1, exitCode);
        Assert.Matches(
            "^epoch [12], iteration [12]: the (loss part '(classification|box)'|gradient of the (first|last) block) is (NaN|Infinity), "
            + "so the training stops; the last checkpoint, .*last.safetensors, stays as it was. Try a lower optimizer.learning_rate "
            + "\\(now 1e\\+06\\).*\n$",
            error);
        JsonObject last = JsonNode.Parse(File.ReadLines(In("run", "metrics.jsonl")).Last())!.AsObject();
        Assert.Equal(error.TrimEnd(), (string)Assert.Single(last["warnings"]!.AsArray())!);
        Assert.Contains(error.TrimEnd(), File.ReadAllText(In("run", "train.log")), StringComparison.Ordinal);
        using Checkpoint checkpoint = Checkpoint.Open(In("run", "last.safetensors"));
        Assert.All(checkpoint.Tensors, tensor => Assert.All(checkpoint.Read(tensor.Name), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Train_WithAThresholdThatNothingReaches_NamesDeadLayersAtTheFirstIteration()
    {
        (int exitCode, string output, _) = Train(TinyRecipes.Classifier, "model.backbone.neuron.v_threshold=1000", "batch_size=8");
        Assert.Equal(0, exitCode);
        Assert.Contains("warning: epoch 1, iteration 1: 12 of 12 layers (sn1, ", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'), line => line.StartsWith("warning:", StringComparison.Ordinal));
        var line = JsonNode.Parse(File.ReadLines(In("run", "metrics.jsonl")).First())!;
        Assert.Contains("do not fire", (string)Assert.Single(line["warnings"]!.AsArray())!, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithAWarmUpToTooHighARate_SaysThatTheLossRises()
    {
        string recipe = TinyRecipes.Classifier.Replace("\"warmup_iterations\": 3", "\"warmup_iterations\": 300", StringComparison.Ordinal);
        (int exitCode, string output, _) = Train(recipe, 150, "optimizer.learning_rate=100", "schedule.warmup_factor=0.0001", "epochs=1");
        Assert.Equal(0, exitCode);
        Assert.Matches("warning: epoch 1, iteration [0-9]+: the loss rises: its running mean is ", output);
    }

    [Fact]
    public void Train_OnAFullDisk_EndsInASentenceWithTheLastCheckpointWhole()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("a Linux shell sets the limit");
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        string[] arguments =
        [
            "train", In("recipe.json"), "--data", TinyData.Classes(In("data")), "--output", In("run"), "--threads", "1", "--device", "cpu",
            "--set", "epochs=500", "--resume",
        ];
        using (Process process = CommandRun.Start(arguments))
        {
            while (!process.HasExited && !File.Exists(In("run", "last.safetensors")))
                Thread.Sleep(20);
            process.Kill();
            process.WaitForExit();
        }

        byte[] before = File.ReadAllBytes(In("run", "last.safetensors"));

        // No file may grow beyond 64 KiB now, a checkpoint has 330: a write beyond fails as on a full disk.
        (int exitCode, _, string error) = CommandRun.RunInShell("trap '' XFSZ; ulimit -f 64; export DOTNET_EnableWriteXorExecute=0", arguments);
        Assert.Equal(2, exitCode);
        Assert.Matches("run/(best|optimizer-[0-9-]+).safetensors cannot be written \\(.*last.safetensors is whole; make room.* --resume\\.\n$", error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(before, File.ReadAllBytes(In("run", "last.safetensors")));
        using Checkpoint checkpoint = Checkpoint.Open(In("run", "last.safetensors"));
        Assert.True(File.Exists(In("run", checkpoint.Metadata["optimizer"])));
        Assert.Empty(Directory.GetFiles(In("run"), ".*"));
    }

    [Theory]
    [InlineData("/proc/spiking-detector")]
    [InlineData("FILE/run")]
    public void Train_IntoAPlaceThatTakesNoFiles_IsRefusedInASentence(string place)
    {
        File.WriteAllText(In("file"), "not a folder");
        string output = place.Replace("FILE", In("file"), StringComparison.Ordinal);
        (int exitCode, _, string error) = TrainInto(output, TinyRecipes.Classifier, 8);
        Assert.Equal(2, exitCode);
        Assert.Contains($"{output} cannot be written (", error, StringComparison.Ordinal);
        Assert.Contains("choose another --output.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int ExitCode, string Output, string Error) Train(string recipe, params string[] set) => Train(recipe, 8, set);

    private (int ExitCode, string Output, string Error) Train(string recipe, int pictures, params string[] set) =>
        TrainInto(In("run"), recipe, pictures, set);

    private (int ExitCode, string Output, string Error) TrainInto(string output, string recipe, int pictures, params string[] set)
    {
        File.WriteAllText(In("recipe.json"), recipe);
        return CommandRun.Run(
        [
            "train", In("recipe.json"), "--data", TinyData.Classes(In("data"), pictures), "--output", output, "--threads", "1", "--device", "cpu",
            .. set.SelectMany(field => (string[])["--set", field]),
        ]);
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
