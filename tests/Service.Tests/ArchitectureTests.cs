using System.Reflection;
using System.Xml.Linq;

namespace SpikingDetector.Service.Tests;

/// <summary>Dependencies point one way, and each library stays where it belongs.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["core"] = [],
        ["proto"] = [],
        ["inference"] = ["core"],
        ["export"] = ["core", "inference", "proto"],
        ["training"] = ["core", "inference", "proto"],
        ["service"] = ["core", "inference"],
    };

    [Fact]
    public void Projects_DependOnNothingButWhatTheyMay()
    {
        string root = Root();
        foreach ((string project, string[] allowed) in Allowed)
        {
            string file = Assert.Single(Directory.GetFiles(Path.Combine(root, project), "*.csproj"));
            string[] references = [.. XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[1])];
            Assert.Empty(references.Except(allowed));
        }
    }

    [Theory]
    [InlineData("core", "TorchSharp,libtorch,OnnxRuntime,Protobuf")]
    [InlineData("inference", "TorchSharp,libtorch,Protobuf")]
    [InlineData("export", "TorchSharp,libtorch")]
    [InlineData("service", "TorchSharp,libtorch,Protobuf")]
    public void Projects_DoNotUsePackagesOfOthers(string project, string forbidden)
    {
        string file = Assert.Single(Directory.GetFiles(Path.Combine(Root(), project), "*.csproj"));
        string[] packages = [.. XDocument.Load(file).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value)];
        Assert.NotEmpty(packages);
        foreach (string name in forbidden.Split(','))
            Assert.DoesNotContain(packages, package => package.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Service_LoadsNeitherTrainingNorExportNorLibTorch()
    {
        var seen = new HashSet<string>();
        Visit(typeof(Program).Assembly, seen);

        Assert.Contains("SpikingDetector.Inference", seen);
        Assert.Contains("Microsoft.ML.OnnxRuntime", seen);
        Assert.DoesNotContain(seen, name =>
            name.StartsWith("TorchSharp", StringComparison.Ordinal)
            || name is "SpikingDetector.Training" or "SpikingDetector.Export" or "SpikingDetector.Proto" or "Google.Protobuf");
    }

    private static void Visit(Assembly assembly, HashSet<string> seen)
    {
        foreach (AssemblyName name in assembly.GetReferencedAssemblies())
        {
            if (seen.Add(name.Name!) && !name.Name!.StartsWith("System", StringComparison.Ordinal))
                Visit(Assembly.Load(name), seen);
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SpikingDetector.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests are not run within the repository.");
    }
}
