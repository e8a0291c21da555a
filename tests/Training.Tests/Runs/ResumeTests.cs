using System.Diagnostics;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Tests.Data;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>A training that is killed and goes on ends with the weights of one that was left alone.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Recipe = """
        {
          "model": {
            "name": "tiny", "task": "TASK",
            "backbone": {
              "depth": 10, "base_channels": 8, "stem": "STEM", "block": "sg", "gate": "bsg",
              "neuron": { "type": "if" }, "time_steps": 4
            },
            "decoder": { "type": "asd", "channel_reduction": 4 },
            DETECTOR
            "input": { "height": SIDE, "width": SIDE, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 6, "batch_size": 4, "seed": 3,
          "optimizer": { "type": "OPTIMIZER", "learning_rate": 0.01, "weight_decay": 0.001 },
          "schedule": { "type": "cosine", "warmup_iterations": 3 },
          "augmentation": { "horizontal_flip": 0.5, "colour_jitter": { "brightness": 0.2, "saturation": 0.3 } }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("classification", "sgd", "float32", false)]
    [InlineData("classification", "sgd", "bfloat16", false)]
    [InlineData("classification", "sgd", "float32", true)]
    [InlineData("detection", "adamw", "float32", false)]
    public void Train_KilledAndResumed_EndsWithTheSameWeights(string task, string optimizer, string precision, bool allOptions)
    {
        string recipe = WriteRecipe(task, optimizer);
        string data = task == "detection" ? TinyData.Coco(In("data")) : TinyData.Classes(In("data"));
        string[] arguments = ["train", recipe, "--data", data, "--threads", "1", "--device", "cpu", "--set", $"precision={precision}"];
        if (allOptions)
            arguments = [.. arguments, .. AllOptions()];
        (int wholeExitCode, string whole, _) = CommandRun.Run([.. arguments, "--output", In("whole")]);
        Assert.Equal(0, wholeExitCode);
        Assert.Contains($"in {precision}", whole, StringComparison.Ordinal);

        foreach (int lines in (int[])[1, 3])
            KillAfter(lines, [.. arguments, "--output", In("killed"), "--resume"]);
        (int exitCode, string output, _) = CommandRun.Run([.. arguments, "--output", In("killed"), "--resume"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("going on after", output, StringComparison.Ordinal);

        AssertSameWeights(In("whole", "last.safetensors"), In("killed", "last.safetensors"));
        AssertSameState(In("whole"), In("killed"));
        Assert.Equal(6, File.ReadAllLines(In("killed", "metrics.jsonl")).Length);
        Assert.True(File.Exists(In("killed", "curves.png")));
        Assert.Single(Directory.GetFiles(In("killed"), "optimizer-*.safetensors"));
    }

    [Fact]
    public void Train_IntoAFinishedRun_IsRefusedWithoutResume()
    {
        string recipe = WriteRecipe("classification", "sgd");
        string[] arguments = ["train", recipe, "--data", TinyData.Classes(In("data")), "--output", In("run"), "--set", "epochs=1"];
        Assert.Equal(0, CommandRun.Run(arguments).ExitCode);
        byte[] before = File.ReadAllBytes(In("run", "last.safetensors"));

        (int exitCode, _, string error) = CommandRun.Run(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains("add --resume to go on with it", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);

        (exitCode, _, error) = CommandRun.Run([.. arguments, "--resume", "--set", "seed=9"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("differs from the recipe given", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(In("run", "last.safetensors")));
    }

    [Fact]
    public void Train_OnSigterm_WritesACheckpointAndSaysHowToGoOn()
    {
        string recipe = WriteRecipe("classification", "sgd");
        string data = TinyData.Classes(In("data"));
        using Process process = CommandRun.Start(
            "train", recipe, "--data", data, "--output", In("run"), "--set", "epochs=500", "--device", "cpu");
        WaitForLines(In("run"), 1, process);
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("go on with the same command and --resume", output, StringComparison.Ordinal);
        using Checkpoint checkpoint = Checkpoint.Open(In("run", "last.safetensors"));
        Assert.Equal("tiny", checkpoint.Spec.Name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whatever has a state or another network that a training must find again.</summary>
    private string[] AllOptions()
    {
        ModelSpec teacher = Training.Recipes.Recipe.Load(In("recipe.json"), ["model.backbone.block=ann", "model.backbone.time_steps=1", "model.decoder={\"type\":\"rate\"}"])
            .ModelFor([], ["dark", "light"]);
        using var weights = Weights.Initialise(NetworkLayout.Of(teacher), CPU, 5);
        weights.Save(In("teacher.safetensors"), new Dictionary<string, string>());
        return
        [
            .. ((string[])[
                "ema_decay=0.9", "optimizer.nesterov=true", "optimizer.decay_norms_and_biases=false", "optimizer.clip_gradient_norm=1",
                "schedule={\"type\":\"one_cycle\"}", "label_smoothing=0.1",
                "distillation={\"teacher\":\"teacher.safetensors\",\"weight\":0.5,\"temperature\":3}",
            ]).SelectMany(set => (string[])["--set", set]),
        ];
    }

    private static void WaitForLines(string run, int lines, Process process)
    {
        string metrics = Path.Combine(run, "metrics.jsonl");
        while (!process.HasExited && (!File.Exists(metrics) || File.ReadAllLines(metrics).Length < lines))
            Thread.Sleep(20);
    }

    /// <summary>Kills the process without warning some moments after the given number of epochs.</summary>
    private static void KillAfter(int lines, string[] arguments)
    {
        using Process process = CommandRun.Start(arguments);
        WaitForLines(arguments[Array.IndexOf(arguments, "--output") + 1], lines, process);
        Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
        process.Kill();
        process.WaitForExit();
    }

    private static void AssertSameWeights(string expectedPath, string actualPath)
    {
        using Checkpoint expected = Checkpoint.Open(expectedPath);
        using Checkpoint actual = Checkpoint.Open(actualPath);
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.Read(tensor.Name), actual.Read(tensor.Name)));
    }

    /// <summary>The optimiser's state, and with an average the weights that are trained.</summary>
    private static void AssertSameState(string expectedRun, string actualRun)
    {
        using SafetensorsFile expected = SafetensorsFile.Open(Directory.GetFiles(expectedRun, "optimizer-*.safetensors").Single());
        using SafetensorsFile actual = SafetensorsFile.Open(Directory.GetFiles(actualRun, "optimizer-*.safetensors").Single());
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        Assert.All(expected.Tensors.Keys, name => Assert.Equal(expected.ReadSingles(name), actual.ReadSingles(name)));
    }

    private string WriteRecipe(string task, string optimizer)
    {
        bool detects = task == "detection";
        string detector = detects
            ? """ "detector": { "fpn_channels": 16, "head_convs": 1, "anchor_sizes": [16, 32, 64, 128, 256] }, """
            : "";
        string json = Recipe.Replace("TASK", task, StringComparison.Ordinal)
            .Replace("STEM", detects ? "imagenet" : "cifar", StringComparison.Ordinal)
            .Replace("DETECTOR", detector, StringComparison.Ordinal)
            .Replace("SIDE", detects ? "64" : "32", StringComparison.Ordinal)
            .Replace("OPTIMIZER", optimizer, StringComparison.Ordinal);
        string path = In("recipe.json");
        File.WriteAllText(path, json);
        return path;
    }

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
