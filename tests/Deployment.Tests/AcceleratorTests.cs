using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Deployment.Tests.Docker;

namespace SpikingDetector.Deployment.Tests;

/// <summary>
/// The property <c>Accelerator</c> picks native packages and nothing else. Projects are evaluated, not restored: the packages for CUDA
/// weigh gigabytes.
/// </summary>
public sealed class AcceleratorTests
{
    private static readonly string[] ManagedProjects = ["core", "proto", "charts", "export", "service"];
    private static readonly string[] Items = ["PackageReference", "ProjectReference", "Compile", "None", "Content", "EmbeddedResource", "Protobuf", "Reference"];

    private static readonly string[] Properties =
        ["DefineConstants", "TargetFramework", "AssemblyName", "RuntimeIdentifier", "Optimize", "PlatformTarget", "OutputType", "Version"];

    [Fact]
    public async Task Training_TakesTheLibTorchOfThisSystem_OrThatForCuda()
    {
        string host = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        await AssertSwapsAsync("training", $"libtorch-cpu-{host}", "TorchSharp-cuda-linux");
    }

    [Fact]
    public Task Inference_TakesOneOnnxRuntimeOrTheOther() =>
        AssertSwapsAsync("inference", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu");

    [Fact]
    public async Task AllElse_IsTheSame()
    {
        foreach (string project in ManagedProjects)
        {
            JsonNode[] both = await Task.WhenAll(EvaluateAsync(project, "cpu"), EvaluateAsync(project, "cuda"));
            Assert.Equal(both[0].ToJsonString(), both[1].ToJsonString());
        }
    }

    [Fact]
    public async Task WithoutTheProperty_ItIsTheProcessor()
    {
        JsonNode[] both = await Task.WhenAll(EvaluateAsync("training", "cpu"), EvaluateAsync("training", null));
        Assert.Equal(both[0].ToJsonString(), both[1].ToJsonString());
    }

    [Fact]
    public async Task AnotherValue_IsRefused()
    {
        (int exitCode, string output) = await RunAsync("inference", "-p:Accelerator=gpu", "-t:CheckAccelerator");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Accelerator is 'gpu'; expected cpu or cuda.", output, StringComparison.Ordinal);
    }

    private static async Task AssertSwapsAsync(string project, string cpuPackage, string cudaPackage)
    {
        JsonNode[] both = await Task.WhenAll(EvaluateAsync(project, "cpu"), EvaluateAsync(project, "cuda"));
        string[] cpu = Packages(both[0]);
        string[] cuda = Packages(both[1]);
        Assert.Equal([cpuPackage], cpu.Except(cuda));
        Assert.Equal([cudaPackage], cuda.Except(cpu));
        foreach (JsonNode evaluated in both)
            ((JsonObject)evaluated["Items"]!).Remove("PackageReference");
        Assert.Equal(both[0].ToJsonString(), both[1].ToJsonString());
    }

    private static string[] Packages(JsonNode evaluated) =>
        [.. ((JsonArray)evaluated["Items"]!["PackageReference"]!).Select(package => package!["Identity"]!.GetValue<string>())];

    private static async Task<JsonNode> EvaluateAsync(string project, string? accelerator)
    {
        string[] choice = accelerator is null ? [] : [$"-p:Accelerator={accelerator}"];
        (int exitCode, string output) = await RunAsync(
            project, [.. choice, $"-getItem:{string.Join(',', Items)}", $"-getProperty:{string.Join(',', Properties)}"]);
        Assert.True(exitCode == 0, output);
        return JsonNode.Parse(output) ?? throw new JsonException("MSBuild evaluated to nothing.");
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string project, params string[] arguments) =>
        Tool.RunAsync("dotnet", ["msbuild", Repository.PathOf(ProjectFiles.File(project)), "-nologo", "-nodeReuse:false", .. arguments]);
}
