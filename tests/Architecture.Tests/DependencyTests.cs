using System.Text.Json;

namespace SpikingDetector.Architecture.Tests;

/// <summary>
/// Dependencies point one way: training → checkpoint → export → ONNX file → inference → service. Only training knows
/// LibTorch; whoever exports or serves a model does not have to install it.
/// </summary>
public sealed class DependencyTests
{
    private static readonly string[] LibTorch = ["TorchSharp", "libtorch"];
    private static readonly string[] LibTorchAndOnnxRuntime = [.. LibTorch, "Microsoft.ML.OnnxRuntime"];

    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["core"] = [],
        ["proto"] = [],
        ["charts"] = ["core"],
        ["inference"] = ["core"],
        ["export"] = ["charts", "core", "inference", "proto"],
        ["service"] = ["core", "inference"],
        ["training"] = ["charts", "core", "inference", "proto"],
    };

    private static readonly Dictionary<string, string[]> ForbiddenPackages = new()
    {
        ["core"] = LibTorchAndOnnxRuntime,
        ["proto"] = LibTorchAndOnnxRuntime,
        ["charts"] = LibTorchAndOnnxRuntime,
        ["inference"] = LibTorch,
        ["export"] = LibTorch,
        ["service"] = LibTorch,
    };

    public static TheoryData<string> Projects => new(Repository.ProjectFolders);

    public static TheoryData<string> RestrictedProjects => new(ForbiddenPackages.Keys);

    [Fact]
    public void EveryProject_HasARule() =>
        Assert.Equal(AllowedReferences.Keys.Order(), Repository.ProjectFolders.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyWhatItMay(string folder)
    {
        IEnumerable<string> forbidden = Repository.ReferencedProjects(folder).Except(AllowedReferences[folder]);

        Assert.Empty(forbidden);
    }

    [Theory]
    [MemberData(nameof(RestrictedProjects))]
    public void Project_AsksForNoForbiddenPackage_ItselfOrThroughOthers(string folder)
    {
        IEnumerable<string> packages = Repository.WithReferencedProjects(folder).SelectMany(Repository.ReferencedPackages);

        Assert.Empty(Forbidden(folder, packages));
    }

    [Theory]
    [MemberData(nameof(RestrictedProjects))]
    public void ResolvedPackages_HoldNoForbiddenOne(string folder)
    {
        string[] packages = ResolvedPackages(folder);

        Assert.NotEmpty(packages);
        Assert.Empty(Forbidden(folder, packages));
    }

    /// <summary>The rules above would hold for files that were read wrongly, so what must be found is looked for.</summary>
    [Fact]
    public void ProjectFiles_AreReadWithTheirReferences()
    {
        Assert.Equal(["charts", "core", "inference", "proto"], Repository.ReferencedProjects("training").Order());
        Assert.Contains("TorchSharp", Repository.ReferencedPackages("training"));
        Assert.Contains("Microsoft.ML.OnnxRuntime", Repository.WithReferencedProjects("service").SelectMany(Repository.ReferencedPackages));
        Assert.Contains("Microsoft.ML.OnnxRuntime", ResolvedPackages("service"));
    }

    [Fact]
    public void TheseTests_BringNoLibTorchAlong() => Assert.DoesNotContain(
        Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Select(Path.GetFileName),
        file => file!.Contains("torch", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Forbidden(string folder, IEnumerable<string> packages) => packages.Where(package =>
        ForbiddenPackages[folder].Any(prefix => package.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Names of all packages that restoring a project resolved, those of packages' packages too.</summary>
    private static string[] ResolvedPackages(string folder)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(Repository.AssetsFile(folder)));
        return
        [
            .. assets.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => library.Name.Split('/')[0]),
        ];
    }
}
