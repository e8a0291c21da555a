using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Monitoring;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>A training that is killed at any moments ends as one that was left alone: weights, optimiser and metrics, bit for bit.</summary>
public sealed class KilledTrainingTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 10;

    private static readonly string[] Times = ["time", "seconds", "samples_per_second", "data_wait"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Train_KilledAtTenRandomMomentsAndResumed_EndsAsIfItHadNotBeen()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"random seed {seed}");
        var random = new Random(seed);
        string data = TinyData.Classes(In("data"), 105);
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        string[] arguments =
        [
            "train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu", "--set", "epochs=2",
            "--checkpoint-minutes", "0.002",
        ];
        (int exitCode, _, string error) = CommandRun.Run([.. arguments, "--output", In("whole")]);
        Assert.True(exitCode == 0, error);

        // A sitting is killed within two sevenths of the time that all of the training took, so that ten see most parts of it. One
        // that comes to its end before the tenth begins anew: all ten kills are those of one training.
        double seconds = JsonNode.Parse(File.ReadLines(In("whole", "metrics.jsonl")).Last())!["seconds"]!.GetValue<double>();
        var positions = new List<string>();
        while (positions.Count < Kills)
        {
            if (Kill([.. arguments, "--output", In("killed"), "--resume"], TimeSpan.FromSeconds(random.NextDouble() * seconds / 3.5)))
            {
                positions.Add(Position());
                continue;
            }

            positions.Clear();
            Directory.Delete(In("killed"), recursive: true);
        }

        output.WriteLine($"checkpoints found after the kills (epochs+iterations): {string.Join(", ", positions)}");
        (exitCode, _, error) = CommandRun.Run([.. arguments, "--output", In("killed"), "--resume"]);
        Assert.True(exitCode == 0, error);

        // Some checkpoints were written within an epoch, else the test shows little.
        Assert.Contains(positions, position => position.Contains('+', StringComparison.Ordinal) && !position.EndsWith("+0", StringComparison.Ordinal));
        foreach (string file in (string[])["last.safetensors", "best.safetensors", "optimizer-2-0.safetensors"])
            Assert.Equal(Tensors(In("whole", file)), Tensors(In("killed", file)));
        Assert.Equal(Lines("whole"), Lines("killed"));
        Assert.Equal(4, Lines("whole").Length);
        Assert.Equal(Scalars("whole"), Scalars("killed"));
        Assert.InRange(JsonNode.Parse(File.ReadAllText(In("killed", "run.json")))!.AsArray().Count, 2, Kills + 1);
        Assert.Equal(Names("whole"), Names("killed"));
    }

    [Fact]
    public void Train_ResumedWithAHalfWrittenLine_DropsIt()
    {
        string data = TinyData.Classes(In("data"));
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        string[] arguments = ["train", In("recipe.json"), "--data", data, "--threads", "1", "--device", "cpu", "--output", In("run")];
        Assert.Equal(0, CommandRun.Run(arguments).ExitCode);
        string[] before = Lines("run");
        File.AppendAllText(In("run", "metrics.jsonl"), "{\"epoch\":3,\"iter");
        File.AppendAllText(In("run", "events.out.tfevents.training"), "half a record");

        Assert.Equal(0, CommandRun.Run([.. arguments, "--resume"]).ExitCode);
        Assert.Equal(before, Lines("run"));
        Assert.NotEmpty(Scalars("run"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Kills a training without warning, some time after it has begun to train.</summary>
    /// <returns>False where it came to its end before.</returns>
    private bool Kill(string[] arguments, TimeSpan after)
    {
        string log = In("killed", "train.log");
        long logged = Length();
        using Process process = CommandRun.Start(arguments);
        while (!process.HasExited && Length() == logged)
            Thread.Sleep(5);
        if (process.WaitForExit(after))
        {
            Assert.True(process.ExitCode == 0, process.StandardError.ReadToEnd());
            return false;
        }

        process.Kill();
        process.WaitForExit();
        return true;

        long Length() => File.Exists(log) ? new FileInfo(log).Length : 0;
    }

    /// <summary>Where the last checkpoint stands.</summary>
    private string Position()
    {
        if (!File.Exists(In("killed", "last.safetensors")))
            return "none";
        using Checkpoint checkpoint = Checkpoint.Open(In("killed", "last.safetensors"));
        return $"{checkpoint.Metadata["epoch"]}+{checkpoint.Metadata["iteration"]}";
    }

    private static string[] Tensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return
        [
            .. file.Tensors.Keys.Select(name => string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(file.ReadSingles(name))))}")),
        ];
    }

    private string[] Lines(string run) =>
    [
        .. File.ReadAllLines(In(run, "metrics.jsonl")).Select(text =>
        {
            JsonObject line = JsonNode.Parse(text)!.AsObject();
            foreach (string name in Times)
                Assert.True(line.Remove(name), name);
            return line.ToJsonString();
        }),
    ];

    private (long, string, float)[] Scalars(string run) =>
    [
        .. EventRecords.Scalars(File.ReadAllBytes(In(run, "events.out.tfevents.training")))
            .Where(scalar => !Times.Any(name => scalar.Tag.EndsWith(name, StringComparison.Ordinal)))
            .Select(scalar => (scalar.Step, scalar.Tag, scalar.Value)),
    ];

    private string[] Names(string run) => [.. Directory.EnumerateFileSystemEntries(In(run)).Select(path => Path.GetFileName(path)).Order()];

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);
}
