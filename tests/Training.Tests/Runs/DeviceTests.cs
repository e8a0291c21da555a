using System.Text.Json.Nodes;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Training.Tests.Data;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Runs;

/// <summary>Where a training runs on a machine without CUDA.</summary>
public sealed class DeviceTests : IDisposable
{
    private const string NoCuda =
        "--device cuda: LibTorch sees no CUDA device; it needs an NVIDIA GPU with its driver and a build with -p:Accelerator=cuda.";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public DeviceTests() => Assert.SkipWhen(cuda.is_available(), "this machine has CUDA");

    [Theory]
    [InlineData("train")]
    [InlineData("benchmark")]
    [InlineData("evaluate")]
    public void Cuda_IsRefusedInASentence_BeforeAnythingIsWritten(string command)
    {
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        string data = TinyData.Classes(In("data"));
        string[] arguments = command switch
        {
            "train" => [In("recipe.json"), "--data", data, "--output", In("run")],
            "benchmark" => [In("recipe.json")],
            _ => [In("any.safetensors"), "--data", data],
        };
        (int exitCode, string output, string error) = CommandRun.Run([command, .. arguments, "--device", "cuda"]);
        Assert.Equal((ExitCode.BadUse, "", NoCuda), (exitCode, output, error.TrimEnd()));
        Assert.False(Directory.Exists(In("run")));
    }

    [Fact]
    public void Auto_RunsOnTheProcessor_AndSaysSo()
    {
        File.WriteAllText(In("recipe.json"), TinyRecipes.Classifier);
        (int exitCode, string output, string error) = CommandRun.Run(
            "train", In("recipe.json"), "--data", TinyData.Classes(In("data")), "--output", In("run"), "--threads", "1", "--set", "epochs=1");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(" on cpu with 1 threads", output, StringComparison.Ordinal);
        JsonNode run = Assert.Single((JsonArray)JsonNode.Parse(File.ReadAllText(In("run", "run.json")))!)!;
        Assert.Equal("cpu", (string?)run["device"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] names) => Path.Combine([_folder, .. names]);
}
