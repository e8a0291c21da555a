using System.Text.RegularExpressions;

namespace SpikingDetector.Deployment.Tests.Docker;

/// <summary><c>.dockerignore</c>: which files never reach a build. The last line that fits a path, or a folder above it, decides.</summary>
internal static class IgnoreFile
{
    public static bool Ignores(string path)
    {
        bool ignored = false;
        foreach (string line in File.ReadLines(Repository.PathOf(".dockerignore")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            bool back = line[0] == '!';
            if (Pattern(back ? line[1..] : line).IsMatch(path))
                ignored = !back;
        }

        return ignored;
    }

    private static Regex Pattern(string line) => new(
        "^" + Regex.Escape(line).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "(/.*)?$");
}
