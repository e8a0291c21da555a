namespace SpikingDetector.Core.Data;

/// <summary>
/// A data folder for classification: class folders below train/ and val/ (or valid/, test/), or, without splits,
/// directly in the folder; or the binary files of CIFAR-10 or CIFAR-100, whose test pictures are measured on. Of event
/// data without splits, which is how CIFAR10-DVS comes, the last tenth of each class is measured on.
/// </summary>
public sealed class ClassFolder
{
    private ClassFolder(ClassFileKind kind, LabelledSamples? train, LabelledSamples? validation)
    {
        Kind = kind;
        Train = train;
        Validation = validation;
    }

    /// <summary>What the class folders hold.</summary>
    public ClassFileKind Kind { get; }

    /// <summary>
    /// What to train on; null where there are other splits but this. Without splits it is the whole folder, or of event data
    /// the first nine tenths of each class.
    /// </summary>
    public LabelledSamples? Train { get; }

    /// <summary>
    /// What to measure on; null where the folder has no such split. Of event data without splits the last tenth of each
    /// class, and null where one has fewer than ten recordings.
    /// </summary>
    public LabelledSamples? Validation { get; }

    /// <summary>What there is to measure a finished network on: the validation split, or all where nothing is set apart.</summary>
    public LabelledSamples Measured => Validation ?? Train!;

    /// <summary>What the folder holds, where it is laid out like this; else null.</summary>
    /// <exception cref="InvalidInputException">
    /// There is no such folder, or it holds both pictures and event data, or both CIFAR-10 and CIFAR-100.
    /// </exception>
    public static ClassFileKind? Recognise(string folder)
    {
        folder = FolderListing.Require(folder);
        return RecogniseFolders(folder) ?? (CifarFolder.Find(folder) is null ? null : ClassFileKind.Pictures);
    }

    /// <summary>Opens the splits.</summary>
    /// <exception cref="InvalidInputException">
    /// No such folder, no class, a class without files, splits with different classes, files of several kinds, or a binary
    /// file that is missing or damaged.
    /// </exception>
    public static ClassFolder Open(string folder)
    {
        folder = FolderListing.Require(folder);
        ClassFileKind? recognised = RecogniseFolders(folder);
        if (recognised is null && CifarFolder.Find(folder) is { } cifar)
        {
            (LabelledSamples? trainingRecords, LabelledSamples? testRecords) = cifar.Open();
            return new ClassFolder(ClassFileKind.Pictures, trainingRecords, testRecords);
        }

        ClassFileKind kind = recognised ?? ClassFileKind.Pictures;
        (string? train, string? validation) = Splits(folder, kind);
        if (train is null && validation is null)
            return OpenWhole(folder, kind);

        var opened = new ClassFolder(
            kind,
            train is null ? null : LabelledSamples.OpenFolders(train, kind),
            validation is null ? null : LabelledSamples.OpenFolders(validation, kind));
        opened.CheckClasses();
        return opened;
    }

    private static ClassFileKind? RecogniseFolders(string folder)
    {
        ClassFileKind[] kinds = [.. Enum.GetValues<ClassFileKind>().Where(kind => Holds(folder, kind))];
        return kinds.Length switch
        {
            0 => null,
            1 => kinds[0],
            _ => throw new InvalidInputException(
                $"The class folders of {folder} hold pictures as well as event data (.aedat, .npy, .npz): keep one kind and move the other away."),
        };
    }

    private static ClassFolder OpenWhole(string folder, ClassFileKind kind)
    {
        var all = LabelledSamples.OpenFolders(folder, kind);
        return kind == ClassFileKind.Events && all.SplitOffTenth() is var (train, validation)
            ? new ClassFolder(kind, train, validation)
            : new ClassFolder(kind, all, null);
    }

    private static bool Holds(string folder, ClassFileKind kind)
    {
        (string? train, string? validation) = Splits(folder, kind);
        return train is not null || validation is not null
            || FolderListing.Folders(folder).Any(path => !SplitNames.IsSplit(Path.GetFileName(path)) && FolderListing.HasFiles(path, kind));
    }

    private static (string? Train, string? Validation) Splits(string folder, ClassFileKind kind)
    {
        string[] splits =
        [
            .. FolderListing.Folders(folder).Where(path => SplitNames.IsSplit(Path.GetFileName(path)) && HoldsClasses(path, kind)),
        ];
        return (Named(DataSplit.Train), Named(DataSplit.Validation));

        string? Named(DataSplit split) => SplitNames.Choose(splits, path => Path.GetFileName(path), split);
    }

    private static bool HoldsClasses(string folder, ClassFileKind kind) =>
        FolderListing.Folders(folder).Any(path => FolderListing.HasFiles(path, kind));

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
