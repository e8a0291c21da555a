namespace SpikingDetector.Core.Data;

/// <summary>The unpacked binary files of CIFAR-10 or CIFAR-100, in the folder itself or in the one that the archive unpacks to.</summary>
/// <param name="folder">Where the files are.</param>
/// <param name="format">Which of both they are.</param>
internal sealed class CifarFolder(string folder, CifarFormat format)
{
    private static readonly CifarFormat[] Formats = [CifarFormat.Cifar10, CifarFormat.Cifar100];

    /// <summary>Where the folder holds such files; null where it does not.</summary>
    /// <exception cref="InvalidInputException">It holds both data sets.</exception>
    public static CifarFolder? Find(string folder)
    {
        CifarFolder[] found =
        [
            .. Formats
                .SelectMany(format => (CifarFolder[])[new(folder, format), new(Path.Combine(folder, format.ArchiveFolder), format)])
                .Where(candidate => candidate.HoldsAny()),
        ];
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new InvalidInputException($"{folder} holds more than one of CIFAR's data sets: give the folder of one of them.");
    }

    /// <summary>
    /// The data batches to train on and the test batch to measure on, which is what results on CIFAR are reported for;
    /// null where there is none.
    /// </summary>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or the names are not as many as the classes.</exception>
    public (LabelledSamples? Train, LabelledSamples? Validation) Open()
    {
        string[] names = ReadNames();
        string[] missing = [.. format.TrainingFiles.Where(name => !Has(name))];
        if (missing.Length > 0 && missing.Length < format.TrainingFiles.Count)
        {
            throw new InvalidInputException(
                $"{folder} lacks {string.Join(", ", missing)} of {format.Name}: unpack the archive again.");
        }

        return (missing.Length > 0 ? null : Read(format.TrainingFiles), Has(format.TestFile) ? Read([format.TestFile]) : null);

        LabelledSamples Read(IReadOnlyList<string> files) => new(
            folder, names, [.. files.SelectMany(name => new CifarFile(Path.Combine(folder, name), format).Records())]);
    }

    private bool HoldsAny() => format.TrainingFiles.Append(format.TestFile).Any(Has);

    private bool Has(string name) => File.Exists(Path.Combine(folder, name));

    private string[] ReadNames()
    {
        string path = Path.Combine(folder, format.NamesFile);
        if (!File.Exists(path))
        {
            throw new InvalidInputException(
                $"{folder} lacks {format.NamesFile}, the names of {format.Name}'s classes: take it from the archive.");
        }

        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == format.ClassCount
            ? names
            : throw new InvalidInputException(
                $"{path} has {names.Length} names, but {format.Name} has {format.ClassCount} classes: expected one name a line.");
    }
}
