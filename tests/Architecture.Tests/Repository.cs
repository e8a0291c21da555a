using System.Xml.Linq;
using SpikingDetector.Tests;

namespace SpikingDetector.Architecture.Tests;

/// <summary>The project files of the repository, found above the running tests.</summary>
internal static class Repository
{
    private const string Solution = "SpikingDetector.sln";

    public static string Root => RepositoryRoot.Path;

    /// <summary>The folders of the solution's projects without the tests: <c>core</c>, <c>service</c>, …</summary>
    public static IReadOnlyList<string> ProjectFolders { get; } =
    [
        .. File.ReadLines(Path.Combine(Root, Solution))
            .Where(line => line.StartsWith("Project(", StringComparison.Ordinal))
            .Select(line => line.Split('"')[5].Replace('\\', '/'))
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal))
            .Select(path => Path.GetDirectoryName(path)!),
    ];

    /// <summary>Folders of the projects that a project references itself, whatever the condition.</summary>
    public static IReadOnlyList<string> ReferencedProjects(string folder) =>
        [.. Includes(folder, "ProjectReference").Select(include => ToFolder(folder, include))];

    /// <summary>Packages that a project asks for itself, whatever the condition.</summary>
    public static IReadOnlyList<string> ReferencedPackages(string folder) => Includes(folder, "PackageReference");

    /// <summary>The project and all that it references, directly or through others.</summary>
    public static IReadOnlyList<string> WithReferencedProjects(string folder)
    {
        var found = new List<string> { folder };
        for (int i = 0; i < found.Count; i++)
            found.AddRange(ReferencedProjects(found[i]).Except(found));
        return found;
    }

    /// <summary>The file in which restoring a project lists the packages that it resolved.</summary>
    public static string AssetsFile(string folder) => Path.Combine(Root, folder, "obj", "project.assets.json");

    /// <summary>
    /// The Include of all items of a kind in the project file and in what the folder's project imports from the
    /// repository: .targets and .props files beside it and at the root.
    /// </summary>
    private static List<string> Includes(string folder, string item)
    {
        string[] files =
        [
            Directory.GetFiles(Path.Combine(Root, folder), "*.csproj").Single(),
            .. Directory.GetFiles(Path.Combine(Root, folder), "*.targets"),
            .. Directory.GetFiles(Path.Combine(Root, folder), "*.props"),
            .. Directory.GetFiles(Root, "Directory.*.props"),
            .. Directory.GetFiles(Root, "Directory.*.targets"),
        ];
        return
        [
            .. files.SelectMany(file => XDocument.Load(file).Descendants())
                .Where(element => element.Name.LocalName == item)
                .Select(element => (string?)element.Attribute("Include"))
                .OfType<string>(),
        ];
    }

    private static string ToFolder(string folder, string include)
    {
        string project = Path.GetFullPath(Path.Combine(Root, folder, include.Replace('\\', '/')));
        return Path.GetRelativePath(Root, Path.GetDirectoryName(project)!).Replace('\\', '/');
    }
}
