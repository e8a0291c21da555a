using System.Globalization;
using System.Text.Json.Nodes;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Tests.Data;
using SpikingDetector.Training.Tests.Runs;

namespace SpikingDetector.Training.Tests.Studies;

/// <summary>The command trains what is missing, shares it between studies and processes, and reports what the trainings gave.</summary>
public sealed class AblateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _recipe;
    private readonly string _data;
    private readonly string _output;

    public AblateCommandTests()
    {
        _recipe = Path.Combine(_folder, "tiny.json");
        File.WriteAllText(_recipe, TinyRecipes.Classifier);
        _data = TinyData.Classes(Path.Combine(_folder, "data"));
        _output = Path.Combine(_folder, "studies");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Ablate_Reports_WhatTheTrainingsGave()
    {
        (int exitCode, string output, string error) = Ablate("decoder", "--seeds", "2", "--epochs", "3", "--share", "0.5", "--width", "16");

        Assert.True(exitCode == ExitCode.Success, error);
        Assert.Equal(["sg-rate10-seed0", "sg-rate10-seed1", "sg10-seed0", "sg10-seed1"], Runs());
        JsonObject results = Results("decoder");
        Assert.Equal(4, results["runs"]!.AsArray().Count);
        foreach (JsonNode? run in results["runs"]!.AsArray())
        {
            string folder = Path.Combine(_output, "runs", $"{run!["network"]}-seed{run["seed"]}");
            JsonNode last = JsonNode.Parse(File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Last())!;
            Assert.Equal(last["top1"]!.GetValue<double>(), run["figure"]!.GetValue<double>());
            JsonNode recipe = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "recipe.json")))!;
            Assert.Equal(16, recipe["model"]!["backbone"]!["base_channels"]!.GetValue<int>());
            Assert.Equal(run["network"]!.GetValue<string>().Contains("rate", StringComparison.Ordinal) ? "rate" : "asd", recipe["model"]!["decoder"]!["type"]!.GetValue<string>());
            Assert.Equal(run["seed"]!.GetValue<int>(), recipe["seed"]!.GetValue<int>());
            Assert.Contains("8 training", File.ReadAllText(Path.Combine(folder, "train.log")), StringComparison.Ordinal);
        }

        double Mean(string variant) => results["runs"]!.AsArray()
            .Where(run => run!["variant"]!.GetValue<string>() == variant).Average(run => run!["figure"]!.GetValue<double>());
        double difference = results["comparisons"]![0]!["difference"]!.GetValue<double>();
        Assert.Equal(Mean("sg") - Mean("sg-rate"), difference, 12);
        string report = File.ReadAllText(Path.Combine(_output, "decoder", "README.md"));
        Assert.Contains($"{Mean("sg-rate") * 100:0.00}", report, StringComparison.Ordinal);
        Assert.Contains("16 base channels, T = 2, recipe `tiny.json`, 3 epochs of 50 % of the training data, 2 seeds", report, StringComparison.Ordinal);
        Assert.Contains(report, output, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(_output, "decoder", "curves.png")).Length > 5000);
    }

    [Fact]
    public void Ablate_GivenAgain_TrainsOnlyWhatIsMissing()
    {
        Assert.Equal(ExitCode.Success, Ablate("decoder", "--seeds", "1").ExitCode);
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(_output, "runs", "sg10-seed0", "last.safetensors"));

        string output = Ablate("gate", "--seeds", "1").Output;

        Assert.Contains("sg-bsg-star10-seed0", output, StringComparison.Ordinal);
        Assert.DoesNotContain(": sg10-seed0", output, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(_output, "runs", "sg10-seed0", "last.safetensors")));
    }

    [Fact]
    public void Ablate_AtAnotherScale_IsRefused()
    {
        Assert.Equal(ExitCode.Success, Ablate("decoder", "--seeds", "1").ExitCode);

        (int exitCode, _, string error) = Ablate("decoder", "--seeds", "1", "--epochs", "3");

        Assert.Equal(ExitCode.BadUse, exitCode);
        Assert.Contains("sg10-seed0/recipe.json differs from the recipe given", error, StringComparison.Ordinal);
        Assert.Contains("another --output", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ablate_LeavesWhatAnotherProcessTrains()
    {
        Directory.CreateDirectory(Path.Combine(_output, "runs"));
        using (new FileStream(Path.Combine(_output, "runs", "sg10-seed0.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            (int exitCode, string output, _) = Ablate("decoder", "--seeds", "1");

            Assert.Equal(ExitCode.Success, exitCode);
            Assert.Equal(["sg-rate10-seed0"], Runs());
            Assert.Contains("10 layers, SG against SG, rate decoding: not trained", output, StringComparison.Ordinal);
            Assert.Contains("1 training still going on in other processes", output, StringComparison.Ordinal);
        }

        Assert.Contains("one seed cannot tell", Ablate("decoder", "--seeds", "1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ablate_NamesTrainingsThatDiverged()
    {
        string[] seeds = ["decoder", "--seeds", "1", "--set", "optimizer.learning_rate=1e30"];
        (int exitCode, string output, string error) = Ablate(seeds);

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Contains("the training stops", error, StringComparison.Ordinal);
        Assert.Contains("0 of 1, 1 diverged", output, StringComparison.Ordinal);
        Assert.DoesNotContain("training 1", Ablate(seeds).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ablate_OfADetector_ComparesAveragePrecision()
    {
        File.WriteAllText(_recipe, TinyRecipes.Detector);
        TinyData.Coco(Path.Combine(_folder, "coco"));

        (int exitCode, string output, string error) =
            CommandRun.Run("ablate", "sew", "--data", Path.Combine(_folder, "coco"), "--output", _output, "--recipe", _recipe, "--depths", "10", "--seeds", "1", "--epochs", "1");

        Assert.True(exitCode == ExitCode.Success, error);
        Assert.Contains(" AP % |", output, StringComparison.Ordinal);
        Assert.DoesNotContain("paper |", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Energy_IsThatOfTheExportedNetwork()
    {
        (int exitCode, string output, string error) = Ablate("energy", "--seeds", "1");
        Assert.True(exitCode == ExitCode.Success, error);
        JsonArray energy = Results("energy")["energy"]!.AsArray();
        foreach (string network in (string[])["sg10", "ann10"])
        {
            string onnx = Path.Combine(_folder, $"{network}.onnx");
            string checkpoint = Path.Combine(_output, "runs", $"{network}-seed0", "last.safetensors");
            Assert.Equal(ExitCode.Success, CommandRun.RunExporter("export", checkpoint, "--output", onnx).ExitCode);
            JsonNode report = JsonNode.Parse(CommandRun.RunExporter("energy", onnx, "--images", Path.Combine(_data, "val"), "--json").Output)!;
            JsonNode judge = report["without_shortcuts"]!;
            JsonNode counted = energy.Single(count => count!["network"]!.GetValue<string>() == network)!;
            foreach (string figure in (string[])["macs", "acs", "pj", "ann_pj"])
            {
                double expected = judge[figure]!.GetValue<double>();
                Assert.Equal(expected, counted[figure]!.GetValue<double>(), expected * 1e-4);
            }

            JsonNode blocks = report["parts"]!["blocks"]!;
            double ratio = blocks["ann_pj"]!.GetValue<double>() / blocks["pj"]!.GetValue<double>();
            Assert.Equal(ratio, counted["blocks_ratio"]!.GetValue<double>(), ratio * 1e-4);
        }

        double times = energy[0]!["ann_pj"]!.GetValue<double>() / energy[0]!["pj"]!.GetValue<double>();
        string word = times > 1 ? "**the order holds**" : "**the order is reversed**";
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"- 10 layers, SG: {times:0.0} times less energy than the ordinary network: {word}."), output, StringComparison.Ordinal);

        Assert.True(energy[0]!["acs"]!.GetValue<double>() > 0);
    }

    [Theory]
    [InlineData("nothing", "Argument 'nothing' not recognized")]
    [InlineData("decoder --depths 10,x", "--depths has 'x'; expected numbers of layers with commas between them")]
    [InlineData("decoder --depths 11", "backbone.depth' must be 10, 18, 34 or 50")]
    [InlineData("gradient-flow --epochs 2", "--epochs must be left out for gradient-flow, which trains nothing")]
    [InlineData("decoder --seeds 0", "--seeds is 0; expected a whole number from 1")]
    [InlineData("decoder --share 2", "training_share' must be a number above 0 and at most 1")]
    public void BadUse_IsToldInASentence(string words, string expected)
    {
        (int exitCode, _, string error) = CommandRun.Run(["ablate", .. words.Split(' '), "--data", _data, "--output", _output, "--recipe", _recipe]);

        Assert.Equal(ExitCode.BadUse, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private (int ExitCode, string Output, string Error) Ablate(params string[] words) =>
        CommandRun.Run(["ablate", .. words, "--data", _data, "--output", _output, "--recipe", _recipe, "--depths", "10"]);

    private string[] Runs() =>
        [.. Directory.EnumerateDirectories(Path.Combine(_output, "runs")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    private JsonObject Results(string study) => JsonNode.Parse(File.ReadAllText(Path.Combine(_output, study, "results.json")))!.AsObject();
}
