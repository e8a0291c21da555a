using SpikingDetector.Tests;

namespace SpikingDetector.Architecture.Tests;

/// <summary>Whoever starts ONNX Runtime first turns off what it would report over the network.</summary>
public sealed class TelemetryTests
{
    private static readonly string[] Starts = ["new InferenceSession(", "OrtEnv.Instance("];

    /// <summary>The switch itself, a file that only the factory with the switch uses, and one that tells of sessions that have run.</summary>
    private static readonly string[] Others = ["OnnxRuntimeTelemetry.cs", "ModelSource.cs", "BenchmarkReport.cs"];

    [Fact]
    public void EveryStartOfOnnxRuntime_TurnsItsTelemetryOff()
    {
        string[] starting =
        [
            .. Repository.ProjectFolders
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Where(file => Starts.Any(start => File.ReadAllText(file).Contains(start, StringComparison.Ordinal))),
        ];
        Assert.Superset(Others.ToHashSet(), starting.Select(file => Path.GetFileName(file)).ToHashSet());
        Assert.All(
            starting.Where(file => !Others.Contains(Path.GetFileName(file))),
            file => Assert.Contains("OnnxRuntimeTelemetry.TurnOff()", File.ReadAllText(file), StringComparison.Ordinal));
    }
}
