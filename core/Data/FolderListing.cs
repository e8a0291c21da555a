namespace SpikingDetector.Core.Data;

/// <summary>What is in a folder, in ordinal order of names, without hidden entries.</summary>
internal static class FolderListing
{
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden,
    };

    public static string[] Folders(string folder) => Sorted(Directory.EnumerateDirectories(folder));

    public static string[] Pictures(string folder) =>
        Sorted(Directory.EnumerateFiles(folder).Where(Images.PictureFormats.HasPictureName));

    public static string[] PicturesBelow(string folder) =>
        Sorted(Directory.EnumerateFiles(folder, "*", Below).Where(Images.PictureFormats.HasPictureName));

    public static string[] JsonFiles(string folder) => Directory.Exists(folder)
        ? Sorted(Directory.EnumerateFiles(folder).Where(path => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
        : [];

    public static bool HasPictures(string folder) => Directory.Exists(folder)
        && Directory.EnumerateFiles(folder).Any(path => !IsHidden(path) && Images.PictureFormats.HasPictureName(path));

    /// <summary>The folder's path without a separator at its end; throws a sentence where there is none.</summary>
    public static string Require(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (File.Exists(folder))
            throw new InvalidInputException($"{folder} is a file: expected a folder of data.");
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder {folder}.");
        return Path.TrimEndingDirectorySeparator(folder);
    }

    private static string[] Sorted(IEnumerable<string> paths)
    {
        string[] sorted = [.. paths.Where(path => !IsHidden(path))];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    // Also the "._name.jpg" files that some systems leave beside each picture, which are no pictures.
    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');
}
