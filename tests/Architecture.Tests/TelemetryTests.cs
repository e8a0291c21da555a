namespace SpikingDetector.Architecture.Tests;

/// <summary>ONNX Runtime is used through the one class that turns its reports over the network off.</summary>
public sealed class TelemetryTests
{
    private static readonly string[] Uses = ["new InferenceSession(", "OrtEnv.Instance("];

    [Fact]
    public void OnlyOneFile_StartsOnnxRuntime()
    {
        IEnumerable<string> starting = Repository.ProjectFolders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => Uses.Any(use => File.ReadAllText(Path.Combine(Repository.Root, file)).Contains(use, StringComparison.Ordinal)));
        Assert.Equal(["inference/OnnxRuntime.cs"], starting);
    }
}
