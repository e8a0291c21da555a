using System.Text.RegularExpressions;
using System.Xml.Linq;
using SpikingDetector.Tests;

namespace SpikingDetector.Deployment.Tests;

/// <summary>Files of the repository, and what its build says of itself.</summary>
internal static partial class Repository
{
    /// <summary>The version of all that is built, which is the tag of the images, too.</summary>
    public static string Version { get; } =
        XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The program that an image runs, as its Dockerfile says.</summary>
    /// <param name="image"><c>service</c>, <c>training</c> or <c>export</c>.</param>
    public static string Program(string image) =>
        EntryPointPattern().Match(Dockerfile(image)).Groups[1].Value is { Length: > 0 } program
            ? program
            : throw new InvalidDataException($"docker/{image}.Dockerfile names no program.");

    /// <summary>The text of an image's Dockerfile.</summary>
    public static string Dockerfile(string image) => File.ReadAllText(PathOf("docker", $"{image}.Dockerfile"));

    public static string PathOf(params string[] path) => Path.Combine([RepositoryRoot.Path, .. path]);

    [GeneratedRegex("""(?m)^ENTRYPOINT \["([^"]+)"\]$""")]
    private static partial Regex EntryPointPattern();
}
