using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Runs;

namespace SpikingDetector.Training.Tests.Distributed;

/// <summary>Two processes with half the batch each train as one with all of it.</summary>
public sealed class TwoProcessTests : IDisposable
{
    private const string NoMpi = "Open MPI's mpirun is not installed (Debian: openmpi-bin).";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("classification")]
    [InlineData("detection")]
    public void Train_TenSteps_GivesTheWeightsOfOneProcess(string task)
    {
        Assert.SkipUnless(MpiRun.IsInstalled, NoMpi);
        string[] arguments =
        [
            .. Arguments(task, task == "detection" ? 40 : 20),
            "--set", "epochs=1", "--set", "batch_size=4", "--set", "synchronise_batch_norm=true",

            // Not the detector's AdamW, which divides gradients by their size: of those near 0 only the rounding is left.
            "--set", "optimizer.type=sgd", "--set", "optimizer.learning_rate=0.01",
        ];
        (int exitCode, _, string error) = CommandRun.Run([.. arguments, "--output", In("one")]);
        Assert.True(exitCode == 0, error);
        (exitCode, string output, error) = MpiRun.Run(2, [.. arguments, "--output", In("two")]);
        Assert.True(exitCode == 0, output + error);

        JsonNode one = LastLine("one");
        JsonNode two = LastLine("two");
        Assert.Equal(10, Steps("two"));
        AssertSameWeights("one", "two", 1e-5f);
        Assert.All(
            one.AsObject().Where(pair => pair.Key.StartsWith("loss_", StringComparison.Ordinal)),
            pair => Assert.Equal((double)pair.Value!, (double)two[pair.Key]!, 4));
        string figure = task == "detection" ? "AP" : "top1";
        Assert.Equal((double)one[figure]!, (double)two[figure]!, 6);
        Assert.Single(output.Split('\n'), line => line.StartsWith("epoch 1/1", StringComparison.Ordinal));
    }

    /// <summary>Where each process has batch statistics of its own, the means of equal parts average to that of the whole.</summary>
    [Fact]
    public void Train_OneStep_AveragesTheRunningStatistics()
    {
        Assert.SkipUnless(MpiRun.IsInstalled, NoMpi);
        string[] arguments = [.. Arguments("classification", 2), "--set", "epochs=1", "--set", "batch_size=4"];
        (int exitCode, _, string error) = CommandRun.Run([.. arguments, "--output", In("one")]);
        Assert.True(exitCode == 0, error);
        (exitCode, string output, error) = MpiRun.Run(2, [.. arguments, "--output", In("two")]);
        Assert.True(exitCode == 0, output + error);

        Assert.Equal(1, Steps("two"));
        using Checkpoint one = Checkpoint.Open(In("one/last.safetensors"));
        using Checkpoint two = Checkpoint.Open(In("two/last.safetensors"));
        Assert.All(
            one.Read("bn1.running_mean").Zip(two.Read("bn1.running_mean")), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Train_OneProcessKilled_EndsBothAndGoesOnToTheSameWeights()
    {
        Assert.SkipUnless(MpiRun.IsInstalled, NoMpi);
        string[] arguments = [.. Arguments("classification", 20), "--set", "epochs=4"];
        (int exitCode, string output, string error) = MpiRun.Run(2, [.. arguments, "--output", In("whole")]);
        Assert.True(exitCode == 0, output + error);

        using (Process run = MpiRun.Start(2, [.. arguments, "--output", In("killed")]))
        {
            WaitForEpoch(run);
            KillOneOf(run);
            Assert.True(run.WaitForExit(TimeSpan.FromMinutes(1)));
            Assert.NotEqual(0, run.ExitCode);
        }

        Assert.True(Steps("killed") < Steps("whole"));
        (exitCode, output, error) = MpiRun.Run(2, [.. arguments, "--output", In("killed"), "--resume"]);
        Assert.True(exitCode == 0, output + error);
        AssertSameWeights("whole", "killed", 0);
    }

    [Fact]
    public void Train_BatchThatCannotBeShared_IsRefused()
    {
        Assert.SkipUnless(MpiRun.IsInstalled, NoMpi);
        string[] arguments = Arguments("classification", 20);
        (int exitCode, _, string error) = MpiRun.Run(2, [.. arguments, "--set", "batch_size=5", "--output", In("run")]);
        Assert.Equal(2, exitCode);
        Assert.Contains("batch_size 5", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Recipe and data of a task, as words of <c>train</c>.</summary>
    private string[] Arguments(string task, int pictures)
    {
        bool detects = task == "detection";
        string data = detects ? TinyData.Coco(In("data"), pictures) : TinyData.Classes(In("data"), pictures);
        File.WriteAllText(In("recipe.json"), detects ? TinyRecipes.Detector : TinyRecipes.Classifier);
        return ["train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu"];
    }

    private void WaitForEpoch(Process run)
    {
        while (!run.HasExited && !File.Exists(In("killed/last.safetensors")))
            Thread.Sleep(20);
        Assert.False(run.HasExited);
    }

    /// <summary>Kills the second child of mpirun without warning.</summary>
    private static void KillOneOf(Process run)
    {
        string[] children = File.ReadAllText($"/proc/{run.Id}/task/{run.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(children.Length >= 2);
        using var child = Process.GetProcessById(int.Parse(children[^1], CultureInfo.InvariantCulture));
        child.Kill();
    }

    private long Steps(string run)
    {
        using var checkpoint = Checkpoint.Open(In($"{run}/last.safetensors"));
        using SafetensorsFile state = SafetensorsFile.Open(In($"{run}/{checkpoint.Metadata["optimizer"]}"));
        return long.Parse(state.Metadata["steps"], CultureInfo.InvariantCulture);
    }

    private JsonNode LastLine(string run) => JsonNode.Parse(File.ReadAllLines(In($"{run}/metrics.jsonl"))[^1])!;

    private void AssertSameWeights(string expectedRun, string actualRun, float tolerance)
    {
        using Checkpoint expected = Checkpoint.Open(In($"{expectedRun}/last.safetensors"));
        using Checkpoint actual = Checkpoint.Open(In($"{actualRun}/last.safetensors"));
        foreach (TensorShape tensor in expected.Tensors)
        {
            float[] values = actual.Read(tensor.Name);
            Assert.All(expected.Read(tensor.Name).Zip(values), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));
        }
    }

    private string In(string name) => Path.Combine(_folder, name);
}
