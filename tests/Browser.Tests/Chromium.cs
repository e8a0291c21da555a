namespace SpikingDetector.Browser.Tests;

/// <summary>The browser that the machine has.</summary>
internal static class Chromium
{
    public const string Missing = "There is no Chromium on the path (Debian: apt-get install chromium); the page was not tested in a browser.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Its program, or null.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(_ => Names, System.IO.Path.Combine)
        .FirstOrDefault(File.Exists);
}
