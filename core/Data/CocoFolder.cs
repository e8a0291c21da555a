using SpikingDetector.Core.Coco;

namespace SpikingDetector.Core.Data;

/// <summary>
/// A data folder for detection, found by its names: annotations/instances_train.json with pictures in train/ or
/// images/train/ (and the same with val, valid, test, train2017 and the like), train/_annotations.coco.json beside its
/// pictures, or one *.json with pictures beside it or in images/.
/// </summary>
public sealed class CocoFolder
{
    private CocoFolder(CocoSource? train, CocoSource? validation)
    {
        Train = train;
        Validation = validation;
    }

    /// <summary>What to train on: all there is where nothing names splits; null where there are others but this.</summary>
    public CocoSource? Train { get; }

    /// <summary>What to measure on; null where the folder has no such split.</summary>
    public CocoSource? Validation { get; }

    /// <summary>Whether the folder is laid out like this: it has an annotation file.</summary>
    public static bool Recognise(string folder)
    {
        folder = FolderListing.Require(folder);
        return AnnotationFiles(folder).Length > 0;
    }

    /// <summary>Finds the annotation files of the splits and where their pictures are; reads none of them.</summary>
    /// <exception cref="InvalidInputException">
    /// No such folder, no annotation file, no pictures, or several files whose names do not tell which is which.
    /// </exception>
    public static CocoFolder Open(string folder)
    {
        folder = FolderListing.Require(folder);
        string[] files = AnnotationFiles(folder);
        if (files.Length == 0)
        {
            throw new InvalidInputException(
                $"{folder} holds no annotation file: looked for annotations/instances_train.json, "
                + "train/_annotations.coco.json and one *.json beside the pictures.");
        }

        string? train = SplitNames.Choose(files, file => SplitName(folder, file), DataSplit.Train);
        string? validation = SplitNames.Choose(files, file => SplitName(folder, file), DataSplit.Validation);
        if (train is null && validation is null)
        {
            train = files.Length == 1
                ? files[0]
                : throw new InvalidInputException(
                    $"{folder} holds several annotation files ({string.Join(", ", files.Select(Path.GetFileName))}) and "
                    + "none is named after a split: expected \"train\" and \"val\" in the names.");
        }

        return new CocoFolder(Source(folder, train), Source(folder, validation));
    }

    // In annotations/, in the split folders, or in the folder itself; the first place that has any.
    private static string[] AnnotationFiles(string folder)
    {
        string[] inAnnotations = FolderListing.JsonFiles(Path.Combine(folder, "annotations"));
        if (inAnnotations.Length > 0)
        {
            // COCO puts captions and key points beside the instances.
            string[] instances = [.. inAnnotations.Where(file => Path.GetFileName(file).StartsWith("instances", StringComparison.Ordinal))];
            return instances.Length > 0 ? instances : inAnnotations;
        }

        string[] inSplits =
        [
            .. FolderListing.Folders(folder)
                .Where(path => SplitNames.IsSplit(Path.GetFileName(path)))
                .Where(path => FolderListing.HasPictures(path) || FolderListing.HasPictures(Path.Combine(path, "images")))
                .Select(FolderListing.JsonFiles)
                .Where(files => files.Length == 1)
                .Select(files => files[0]),
        ];
        if (inSplits.Length > 0)
            return inSplits;

        // A lone *.json may be anything; beside pictures it is their annotations.
        string[] here = FolderListing.JsonFiles(folder);
        bool pictures = here.Any(file => PictureFolders(folder, file).Any(FolderListing.HasPictures));
        return pictures ? here : [];
    }

    private static CocoSource? Source(string folder, string? file)
    {
        if (file is null)
            return null;

        string[] candidates = PictureFolders(folder, file);
        string[] existing = [.. candidates.Where(Directory.Exists)];
        return existing.Any(FolderListing.HasPictures)
            ? new CocoSource(file, existing)
            : throw new InvalidInputException(
                $"There are no pictures for {file}: looked in {string.Join(", ", candidates)}.");
    }

    // The name without what annotation files are called: instances_train2017.json is of train2017; a file in a split's
    // folder is of that split.
    private static string SplitName(string folder, string file)
    {
        string parent = Path.GetFileName(Path.GetDirectoryName(file)!);
        if (SplitNames.IsSplit(parent) && Path.GetDirectoryName(file) != folder)
            return parent;

        string name = Path.GetFileNameWithoutExtension(file);
        return name.StartsWith("instances_", StringComparison.Ordinal) ? name["instances_".Length..] : name;
    }

    private static string[] PictureFolders(string folder, string file)
    {
        string name = SplitName(folder, file);
        DataSplit? split = SplitNames.Split(name);
        IEnumerable<string> splitFolders = FolderListing.Folders(folder)
            .Where(path => split is not null && SplitNames.Split(Path.GetFileName(path)) == split);
        string[] candidates =
        [
            Path.Combine(folder, name),
            Path.Combine(folder, "images", name),
            Path.Combine(folder, name, "images"),
            .. splitFolders,
            Path.Combine(folder, "images"),
            folder,
        ];
        return [.. candidates.Distinct()];
    }
}
