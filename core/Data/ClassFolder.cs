namespace SpikingDetector.Core.Data;

/// <summary>
/// A data folder for classification: class folders below train/ and val/ (or valid/, test/), or, without splits,
/// directly in the folder.
/// </summary>
public sealed class ClassFolder
{
    private ClassFolder(ImageFolder? train, ImageFolder? validation)
    {
        Train = train;
        Validation = validation;
    }

    /// <summary>What to train on: the whole folder where it has no splits; null where there are others but this.</summary>
    public ImageFolder? Train { get; }

    /// <summary>What to measure on; null where the folder has no such split.</summary>
    public ImageFolder? Validation { get; }

    /// <summary>Whether the folder is laid out like this.</summary>
    public static bool Recognise(string folder)
    {
        folder = FolderListing.Require(folder);
        (string? train, string? validation) = Splits(folder);
        return train is not null || validation is not null
            || FolderListing.Folders(folder).Any(path => !SplitNames.IsSplit(Path.GetFileName(path)) && FolderListing.HasPictures(path));
    }

    /// <summary>Opens the splits.</summary>
    /// <exception cref="InvalidInputException">
    /// No such folder, no class, a class without pictures, or splits with different classes.
    /// </exception>
    public static ClassFolder Open(string folder)
    {
        folder = FolderListing.Require(folder);
        (string? train, string? validation) = Splits(folder);
        if (train is null && validation is null)
            return new ClassFolder(ImageFolder.Open(folder), null);

        var opened = new ClassFolder(
            train is null ? null : ImageFolder.Open(train), validation is null ? null : ImageFolder.Open(validation));
        opened.CheckClasses();
        return opened;
    }

    private static (string? Train, string? Validation) Splits(string folder)
    {
        string[] splits =
        [
            .. FolderListing.Folders(folder).Where(path => SplitNames.IsSplit(Path.GetFileName(path)) && HoldsClasses(path)),
        ];
        return (Named(DataSplit.Train), Named(DataSplit.Validation));

        string? Named(DataSplit split) => SplitNames.Choose(splits, path => Path.GetFileName(path), split);
    }

    private static bool HoldsClasses(string folder) => FolderListing.Folders(folder).Any(FolderListing.HasPictures);

    // A class that only one split knows would shift the numbers of those after it.
    private void CheckClasses()
    {
        if (Train is null || Validation is null || Train.ClassNames.SequenceEqual(Validation.ClassNames))
            return;

        string[] only = [.. Train.ClassNames.Except(Validation.ClassNames), .. Validation.ClassNames.Except(Train.ClassNames)];
        throw new InvalidInputException(
            $"{Train.Path} and {Validation.Path} hold different classes: {string.Join(", ", only)} in one of them only.");
    }
}
