using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SpikingDetector.Tests;

namespace SpikingDetector.Architecture.Tests;

/// <summary>What <c>models/README.md</c> says of the files beside it.</summary>
public sealed partial class ModelCardTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "models");

    /// <summary>A clone should not take long.</summary>
    private const long MostBytes = 25_000_000;

    [Fact]
    public void EveryShippedFile_HasTheChecksumOfItsCard()
    {
        Dictionary<string, string> stated = Row().Matches(File.ReadAllText(Path.Combine(Folder, "README.md")))
            .ToDictionary(row => row.Groups["file"].Value, row => row.Groups["sum"].Value);
        string[] shipped = [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is ".onnx" or ".safetensors")];
        Assert.Equal(shipped.Select(path => Path.GetRelativePath(Folder, path)).Order(), stated.Keys.Order());
        Assert.All(shipped, path => Assert.InRange(new FileInfo(path).Length, 1, MostBytes));
        foreach ((string file, string sum) in stated)
            Assert.Equal(sum, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file)))));
    }

    [GeneratedRegex(@"^\| `(?<file>[^`]+)` \|.*\| `(?<sum>[0-9a-f]{64})` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
