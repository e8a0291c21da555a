using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>Files for classification: one folder a class, named as the class, of files at any depth.</summary>
public sealed class LabelledFiles
{
    /// <summary>Of each class one file in this many is for measuring.</summary>
    private const int ValidationShare = 10;

    private LabelledFiles(string path, IReadOnlyList<string> classNames, IReadOnlyList<LabelledFile> files)
    {
        Path = path;
        ClassNames = classNames;
        Files = files;
    }

    /// <summary>The folder that holds the classes' folders.</summary>
    public string Path { get; }

    /// <summary>In ordinal order, which is that of a model's class logits.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>By class, then pictures in ordinal order of paths, recordings by the numbers in their names.</summary>
    public IReadOnlyList<LabelledFile> Files { get; }

    /// <summary>Lists the classes and their files. Files of other kinds and hidden ones are passed over.</summary>
    /// <exception cref="InvalidInputException">
    /// No such folder, no class, a class without files, or recordings beside frames of them.
    /// </exception>
    public static LabelledFiles Open(string folder, ClassFileKind kind)
    {
        folder = FolderListing.Require(folder);
        string[] classes = FolderListing.Folders(folder);
        if (classes.Length == 0)
        {
            throw new InvalidInputException(
                $"{folder} holds no class folders: expected one folder for each class with its {NameOf(kind)} inside.");
        }

        var files = new List<LabelledFile>();
        for (int index = 0; index < classes.Length; index++)
        {
            string[] found = FolderListing.FilesBelow(classes[index], kind);
            if (found.Length == 0)
            {
                string formats = kind == ClassFileKind.Pictures ? PictureFormats.Names : EventFormats.Names;
                throw new InvalidInputException(
                    $"The class folder {classes[index]} holds no {NameOf(kind)}: expected {formats} files; "
                    + "remove it if it is not a class.");
            }

            files.AddRange(found.Select(path => new LabelledFile(path, index)));
        }

        if (kind == ClassFileKind.Events)
            CheckOneFormat(folder, files);
        return new LabelledFiles(folder, [.. classes.Select(path => System.IO.Path.GetFileName(path))], files);
    }

    /// <summary>
    /// Of each class the first nine tenths to train on and the last tenth, rounded down, to measure on; null where a class
    /// has fewer than ten files.
    /// </summary>
    internal (LabelledFiles Train, LabelledFiles Validation)? SplitOffTenth()
    {
        LabelledFile[][] classes = [.. Files.GroupBy(file => file.ClassIndex).Select(group => group.ToArray())];
        if (classes.Any(files => files.Length < ValidationShare))
            return null;
        return (
            new LabelledFiles(Path, ClassNames, [.. classes.SelectMany(files => files.SkipLast(files.Length / ValidationShare))]),
            new LabelledFiles(Path, ClassNames, [.. classes.SelectMany(files => files.TakeLast(files.Length / ValidationShare))]));
    }

    private static string NameOf(ClassFileKind kind) => kind == ClassFileKind.Pictures ? "pictures" : "event data";

    /// <summary>Frames beside the recordings that they were made of would count everything twice.</summary>
    private static void CheckOneFormat(string folder, List<LabelledFile> files)
    {
        string[] formats =
            [.. files.Select(file => System.IO.Path.GetExtension(file.Path)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (formats.Length > 1)
            throw new InvalidInputException($"{folder} holds {string.Join(" and ", formats)} files: keep one format and move the others away.");
    }
}
