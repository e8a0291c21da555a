using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>Pictures or recordings of known classes.</summary>
public sealed class LabelledSamples
{
    /// <summary>Of each class one file in this many is for measuring.</summary>
    private const int ValidationShare = 10;

    internal LabelledSamples(string path, IReadOnlyList<string> classNames, IReadOnlyList<LabelledSample> samples)
    {
        Path = path;
        ClassNames = classNames;
        Samples = samples;
    }

    /// <summary>The folder that holds the classes' folders or the files of records.</summary>
    public string Path { get; }

    /// <summary>In the order of a model's class logits: class folders in ordinal order of names, as torchvision has them.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Of class folders by class, then pictures in ordinal order of paths, recordings by the numbers in their names; else as
    /// they lie in their files.
    /// </summary>
    public IReadOnlyList<LabelledSample> Samples { get; }

    /// <summary>
    /// Lists a folder with one folder for each class, named as the class, with its files at any depth. Files of other kinds
    /// and hidden ones are passed over.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// No such folder, no class, a class without files, or recordings beside frames of them.
    /// </exception>
    public static LabelledSamples OpenFolders(string folder, ClassFileKind kind)
    {
        folder = FolderListing.Require(folder);
        string[] classes = FolderListing.Folders(folder);
        if (classes.Length == 0)
        {
            throw new InvalidInputException(
                $"{folder} holds no class folders: expected one folder for each class with its {NameOf(kind)} inside.");
        }

        var samples = new List<LabelledSample>();
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

            string classFolder = classes[index];
            samples.AddRange(found.Select(
                path => new LabelledSample(new SampleFile(classFolder, path[(classFolder.Length + 1)..]), index)));
        }

        if (kind == ClassFileKind.Events)
            CheckOneFormat(folder, samples);
        samples.TrimExcess();
        return new LabelledSamples(folder, [.. classes.Select(path => System.IO.Path.GetFileName(path))], samples);
    }

    /// <summary>
    /// Of each class the first nine tenths to train on and the last tenth, rounded down, to measure on; null where a class
    /// has fewer than ten files.
    /// </summary>
    internal (LabelledSamples Train, LabelledSamples Validation)? SplitOffTenth()
    {
        LabelledSample[][] classes = [.. Samples.GroupBy(sample => sample.ClassIndex).Select(group => group.ToArray())];
        if (classes.Any(samples => samples.Length < ValidationShare))
            return null;
        return (
            new LabelledSamples(Path, ClassNames, [.. classes.SelectMany(samples => samples.SkipLast(samples.Length / ValidationShare))]),
            new LabelledSamples(Path, ClassNames, [.. classes.SelectMany(samples => samples.TakeLast(samples.Length / ValidationShare))]));
    }

    private static string NameOf(ClassFileKind kind) => kind == ClassFileKind.Pictures ? "pictures" : "event data";

    /// <summary>Frames beside the recordings that they were made of would count everything twice.</summary>
    private static void CheckOneFormat(string folder, List<LabelledSample> samples)
    {
        string[] formats =
            [.. samples.Select(sample => System.IO.Path.GetExtension(sample.Source.Path)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (formats.Length > 1)
            throw new InvalidInputException($"{folder} holds {string.Join(" and ", formats)} files: keep one format and move the others away.");
    }
}
