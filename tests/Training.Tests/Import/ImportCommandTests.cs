using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Core.Specs;
using SpikingDetector.Tests;
using SpikingDetector.Training.Commands;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Tests.Runs;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Import;

/// <summary>The command <c>import</c> from a state dictionary to a checkpoint that every other command takes.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private const string SewModel = "sew10_iand";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Import_AStateDictionaryOfTheSewCode_IsDescribedExportedVerifiedAndGivesTheReferenceLogits()
    {
        string state = SewState();
        string spec = SpecFile(SewModel);
        string checkpoint = PathOf("imported.safetensors");
        string onnx = PathOf("imported.onnx");

        (int code, string output, string error) = CommandRun.Run("import", state, "--spec", spec, "--output", checkpoint);

        Assert.True(code == 0, error);
        Assert.Matches(@"module\.layer1\.0\.conv1\.module\.1 +→  layer1\.0\.bn1 \(weight, bias, running_mean, running_var\)", output);
        Assert.Contains("no layer reads): module.bn1.num_batches_tracked, module.layer1.0.conv1.module.1.num_batches_tracked", output, StringComparison.Ordinal);
        Assert.Contains("dropped, 0 fresh: wrote ", output, StringComparison.Ordinal);
        CheckSameTensors(ReferenceFiles.CheckpointPath(SewModel), checkpoint);

        Assert.Equal(0, CommandRun.Run("describe", checkpoint, "--json").ExitCode);
        (code, _, error) = CommandRun.RunExporter("export", checkpoint, "--output", onnx);
        Assert.True(code == 0, error);
        (code, output, error) = CommandRun.Run("verify", checkpoint, onnx);
        Assert.True(code == 0, output + error);
        CheckReferenceLogits(checkpoint);
    }

    [Fact]
    public async Task Import_WritesWhereTheWeightsCameFrom()
    {
        string state = SewState();
        string checkpointPath = PathOf("imported.safetensors");
        DateTimeOffset before = DateTimeOffset.UtcNow;

        Assert.Equal(0, (await Run(state, "--spec", SpecFile(SewModel), "--output", checkpointPath)).ExitCode);

        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        Assert.Equal("state.safetensors", checkpoint.Metadata["imported_from"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(state))), checkpoint.Metadata["imported_sha256"]);
        Assert.InRange(
            DateTimeOffset.Parse(checkpoint.Metadata["created"], System.Globalization.CultureInfo.InvariantCulture), before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Import_WithJson_PrintsWhatWasUsedDroppedAndConvertedAndNothingElse()
    {
        string state = SewState(half: "module.fc.weight");
        string checkpoint = PathOf("imported.safetensors");

        (int code, string output, string error) = await Run(state, "--spec", SpecFile(SewModel), "--output", checkpoint, "--json", "--fresh", "bn1");

        Assert.Equal((0, ""), (code, error));
        JsonNode report = JsonNode.Parse(output)!;
        using var source = SafetensorsFile.Open(state);
        string[] used = [.. report["tensors"]!.AsArray().Select(tensor => (string)tensor!["source"]!)];
        string[] dropped = [.. report["dropped"]!.AsArray().Select(tensor => (string)tensor!["source"]!)];
        Assert.Equal(source.Tensors.Keys.Order(), used.Concat(dropped).Order());
        JsonNode weight = report["tensors"]!.AsArray().Single(tensor => (string)tensor!["target"]! == "fc.weight")!;
        Assert.Equal(("module.fc.weight", "F16 to F32"), ((string)weight["source"]!, (string)weight["conversion"]!));
        Assert.Null(report["tensors"]!.AsArray().Single(tensor => (string)tensor!["target"]! == "fc.bias")!["conversion"]);
        string[] fresh = [.. report["fresh"]!.AsArray().Select(name => (string)name!)];
        Assert.Equal(20, fresh.Length);
        Assert.Contains("layer1.0.bn1.running_var", fresh);
        Assert.Contains(report["dropped"]!.AsArray(), tensor => (string)tensor!["source"]! == "module.bn1.weight" && (string)tensor["reason"]! == "--fresh bn1");
        Assert.Equal(checkpoint, (string)report["checkpoint"]!);
    }

    [Fact]
    public async Task Import_WhatDoesNotFit_IsListedWholeAndLeavesTheOutputAsItWas()
    {
        string state = SewState();
        JsonObject spec = ReadSpec(SewModel);
        spec["decoder"] = new JsonObject { ["type"] = "asd", ["channel_reduction"] = 2 };
        string specPath = PathOf("spec.json");
        File.WriteAllText(specPath, spec.ToJsonString());
        string checkpoint = PathOf("imported.safetensors");
        File.WriteAllText(checkpoint, "what was there");

        (int code, string output, string error) = await Run(state, "--spec", specPath, "--output", checkpoint, "--json");

        Assert.Equal((2, ""), (code, output));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal(
            $"{state} does not fit the spec's network '{SewModel}': 5 tensors are missing, left over or wrong, and nothing was written.", lines[0]);
        Assert.Equal(
            ["temporal.fc1", "temporal.fc2", "channel.fc1", "channel.fc2", "spatial.conv"],
            lines[1..6].Select(line => Regex.Match(line, @"^  missing: decoder\.(.*)\.weight: expected with shape \[").Groups[1].Value));
        Assert.StartsWith("The attention decoder: ", Assert.Single(lines[6..]), StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(checkpoint));
    }

    [Fact]
    public async Task Import_AFreshDecoder_IsInitialisedAsTrainingDoesItByTheSeed()
    {
        string state = SewState();
        JsonObject spec = ReadSpec(SewModel);
        spec["decoder"] = new JsonObject { ["type"] = "asd", ["channel_reduction"] = 2 };
        string specPath = PathOf("spec.json");
        File.WriteAllText(specPath, spec.ToJsonString());

        float[][] kernels = new float[3][];
        for (int i = 0; i < kernels.Length; i++)
        {
            string path = PathOf($"{i}.safetensors");
            string seed = i == 2 ? "6" : "5";
            Assert.Equal(0, (await Run(state, "--spec", specPath, "--output", path, "--fresh", "decoder", "--seed", seed)).ExitCode);
            using Checkpoint checkpoint = Checkpoint.Open(path);
            kernels[i] = checkpoint.Read("decoder.spatial.conv.weight");
        }

        using Weights expected = Weights.Initialise(NetworkLayout.Of(ModelSpec.Load(specPath)), CPU, 5);
        Assert.Equal(MemoryMarshal.Cast<byte, float>(Weights.Bytes(expected["decoder.spatial.conv.weight"])).ToArray(), kernels[0]);
        Assert.Equal(kernels[0], kernels[1]);
        Assert.NotEqual(kernels[0], kernels[2]);
    }

    [Fact]
    public async Task Import_WhatCannotBeRead_IsOneSentence()
    {
        string spec = SpecFile(SewModel);
        string pickle = PathOf("model.pth");
        File.WriteAllBytes(pickle, [.. "PK\u0003\u0004"u8, .. new byte[64]]);
        string state = SewState();
        string badSpec = PathOf("bad.json");
        File.WriteAllText(badSpec, "{}");
        string output = PathOf("imported.safetensors");

        await CheckSentence("was written by torch.save", pickle, "--spec", spec, "--output", output);
        await CheckSentence("There is no file", PathOf("no.safetensors"), "--spec", spec, "--output", output);
        await CheckSentence("There is no file", state, "--spec", PathOf("no.json"), "--output", output);
        await CheckSentence("field 'format' is missing", state, "--spec", badSpec, "--output", output);
        await CheckSentence("is the state dictionary itself", state, "--spec", spec, "--output", state);
        await CheckSentence("--fresh head: the spec's network has no tensor", state, "--spec", spec, "--output", output, "--fresh", "head");
        string[] everything = [.. ((string[])["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"]).SelectMany(part => (string[])["--fresh", part])];
        await CheckSentence("nothing of it would be used", [state, "--spec", spec, "--output", output, .. everything]);
        Assert.False(File.Exists(output));
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var root = new RootCommand { ImportCommand.Create() };
        int code = await CommandLineApp.RunAsync(root, ["import", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task CheckSentence(string expected, params string[] arguments)
    {
        (int code, string output, string error) = await Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static void CheckSameTensors(string expectedPath, string actualPath)
    {
        using Checkpoint expected = Checkpoint.Open(expectedPath);
        using Checkpoint actual = Checkpoint.Open(actualPath);
        Assert.Equal(expected.Spec.ToJson(), actual.Spec.ToJson());
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.Read(tensor.Name), actual.Read(tensor.Name)));
    }

    private static void CheckReferenceLogits(string checkpointPath)
    {
        using var noGrad = no_grad();
        using Checkpoint checkpoint = Checkpoint.Open(checkpointPath);
        using var expected = ReferenceFiles.Expected(SewModel);
        using Weights weights = Weights.Load(checkpoint, CPU);
        using Tensor logits = new SpikingClassifier(weights, new()).Forward(expected.Bytes("pixels"), ForwardPass.Inference);
        Assert.True(Reference.LargestDifference(logits, expected.Singles("logits")) < 1e-4);
    }

    /// <summary>A reference model as the SEW code on several GPUs saves it.</summary>
    private string SewState(string? half = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ReferenceFiles.CheckpointPath(SewModel));
        var tensors = new List<TensorData>();
        foreach (TensorShape tensor in checkpoint.Tensors)
        {
            string name = SewName(tensor.Name);
            float[] values = checkpoint.Read(tensor.Name);
            tensors.Add(name == half
                ? new(name, TensorType.Float16, tensor.Shape, MemoryMarshal.AsBytes<Half>([.. values.Select(value => (Half)value)]).ToArray())
                : TensorData.Of(name, tensor.Shape, values));
            if (name.EndsWith(".running_var", StringComparison.Ordinal))
                tensors.Add(TensorData.Of(name.Replace("running_var", "num_batches_tracked", StringComparison.Ordinal), [], (long[])[100]));
        }

        string path = PathOf("state.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, string> { ["format"] = "pt" }, tensors);
        return path;
    }

    private static string SewName(string name)
    {
        name = Regex.Replace(name, @"(layer\d\.\d+)\.conv(\d)\.", "$1.conv$2.module.0.");
        name = Regex.Replace(name, @"(layer\d\.\d+)\.bn(\d)\.", "$1.conv$2.module.1.");
        return "module." + Regex.Replace(name, @"downsample\.(\d)\.", "downsample.0.module.$1.");
    }

    private static JsonObject ReadSpec(string model) => (JsonObject)JsonNode.Parse(Reference.Spec(model).ToJson())!;

    private string SpecFile(string model)
    {
        string path = PathOf("spec.json");
        File.WriteAllText(path, Reference.Spec(model).ToJson(indented: true));
        return path;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
