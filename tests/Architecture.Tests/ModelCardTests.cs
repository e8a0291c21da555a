using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SpikingDetector.Tests;

namespace SpikingDetector.Architecture.Tests;

/// <summary>What <c>models/README.md</c> says of the files beside it.</summary>
public sealed partial class ModelCardTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "models");

    [Fact]
    public void EveryShippedFile_HasTheChecksumOfItsCard()
    {
        Dictionary<string, string> stated = Row().Matches(File.ReadAllText(Path.Combine(Folder, "README.md")))
            .ToDictionary(row => row.Groups["file"].Value, row => row.Groups["sum"].Value);
        Assert.Contains("bccd-sg10.onnx", stated.Keys);
        foreach ((string file, string sum) in stated)
            Assert.Equal(sum, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file)))));
    }

    [GeneratedRegex(@"^\| `(?<file>[^`]+)` \|.*\| `(?<sum>[0-9a-f]{64})` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
