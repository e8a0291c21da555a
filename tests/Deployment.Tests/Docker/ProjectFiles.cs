using System.Xml.Linq;

namespace SpikingDetector.Deployment.Tests.Docker;

/// <summary>What a project's build reads, by its project file: other projects, and folders beyond its own.</summary>
internal static class ProjectFiles
{
    /// <summary>The project's folder and those of all projects that it refers to, directly or not.</summary>
    public static SortedSet<string> Folders(string project)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([project]);
        while (open.TryDequeue(out string? folder))
        {
            if (!found.Add(folder))
                continue;
            foreach (string reference in Paths(folder, "ProjectReference"))
                open.Enqueue(reference.Split('/')[0]);
        }

        return found;
    }

    /// <summary>Folders beyond the project's own of which it includes files, from the root on.</summary>
    public static IEnumerable<string> Included(string project) =>
        Paths(project, "Content").Concat(Paths(project, "Protobuf")).Concat(Paths(project, "EmbeddedResource"))
            .Select(path => path.Split('*')[0]).Select(path => path[..path.LastIndexOf('/')]).Distinct();

    public static string File(string project) =>
        Path.GetRelativePath(Repository.PathOf(), Directory.GetFiles(Repository.PathOf(project), "*.csproj").Single());

    /// <summary>Files of MSBuild in the project's folder that its project file imports.</summary>
    public static IEnumerable<string> Imports(string project) =>
        Load(project).Descendants("Import").Select(import => $"{project}/{import.Attribute("Project")!.Value}");

    private static IEnumerable<string> Paths(string project, string item) =>
        Load(project).Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>()
            .Where(path => path.StartsWith("../", StringComparison.Ordinal)).Select(path => path[3..]);

    private static XDocument Load(string project) => XDocument.Load(Repository.PathOf(File(project)));
}
