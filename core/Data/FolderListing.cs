using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>What is in a folder, in ordinal order of names, without hidden entries.</summary>
public static class FolderListing
{
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden,
    };

    public static string[] Folders(string folder) => Sorted(Directory.EnumerateDirectories(folder));

    /// <summary>Pictures at any depth.</summary>
    public static string[] PicturesBelow(string folder) => FilesBelow(folder, ClassFileKind.Pictures);

    /// <summary>At any depth; recordings by the numbers in their names, which tell how they are split.</summary>
    public static string[] FilesBelow(string folder, ClassFileKind kind)
    {
        string[] files = Sorted(Directory.EnumerateFiles(folder, "*", Below).Where(path => IsOf(kind, path)));
        if (kind == ClassFileKind.Events)
            Array.Sort(files, NaturalOrder.Comparer);
        return files;
    }

    public static string[] JsonFiles(string folder) => Directory.Exists(folder)
        ? Sorted(Directory.EnumerateFiles(folder).Where(path => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
        : [];

    public static bool HasPictures(string folder) => HasFiles(folder, ClassFileKind.Pictures);

    public static bool HasFiles(string folder, ClassFileKind kind) => Directory.Exists(folder)
        && Directory.EnumerateFiles(folder).Any(path => !IsHidden(path) && IsOf(kind, path));

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

    private static bool IsOf(ClassFileKind kind, string path) =>
        kind == ClassFileKind.Pictures ? PictureFormats.HasPictureName(path) : EventFormats.HasEventName(path);

    // Also the "._name.jpg" files that some systems leave beside each picture, which are no pictures.
    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');
}
