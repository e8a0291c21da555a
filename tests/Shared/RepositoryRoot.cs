namespace SpikingDetector.Tests;

/// <summary>The clone of the repository that the tests were built in.</summary>
public static class RepositoryRoot
{
    private const string Solution = "SpikingDetector.sln";

    public static string Path { get; } = Find();

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, Solution)))
                return folder;
        }

        throw new InvalidOperationException($"There is no {Solution} above {AppContext.BaseDirectory}; run the tests from a clone of the repository.");
    }
}
