using System.Xml.Linq;
using SpikingDetector.Tests;

namespace SpikingDetector.Deployment.Tests;

/// <summary>Files of the repository, and what its build says of itself.</summary>
internal static class Repository
{
    /// <summary>The version of all that is built, which is the tag of the images, too.</summary>
    public static string Version { get; } =
        XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    public static string PathOf(params string[] path) => Path.Combine([RepositoryRoot.Path, .. path]);
}
