namespace SpikingDetector.Core.Data;

/// <summary>
/// The binary form of CIFAR-10 or CIFAR-100 (Krizhevsky 2009): files of records without a header, each the labels, a byte
/// each, then the red, green and blue planes of 32×32 pixels.
/// </summary>
internal sealed class CifarFormat
{
    public const int Side = 32;
    public const int PictureBytes = 3 * Side * Side;

    public static CifarFormat Cifar10 { get; } = new()
    {
        Name = "CIFAR-10",
        ArchiveFolder = "cifar-10-batches-bin",
        TrainingFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        TestFile = "test_batch.bin",
        NamesFile = "batches.meta.txt",
        LabelCounts = [10],
    };

    public static CifarFormat Cifar100 { get; } = new()
    {
        Name = "CIFAR-100",
        ArchiveFolder = "cifar-100-binary",
        TrainingFiles = ["train.bin"],
        TestFile = "test.bin",
        NamesFile = "fine_label_names.txt",
        LabelCounts = [20, 100],
    };

    public required string Name { get; init; }

    /// <summary>The folder that the archive unpacks to.</summary>
    public required string ArchiveFolder { get; init; }

    public required IReadOnlyList<string> TrainingFiles { get; init; }

    public required string TestFile { get; init; }

    /// <summary>The classes' names, one a line.</summary>
    public required string NamesFile { get; init; }

    /// <summary>How many values each label of a record can have. The last label is the class; CIFAR-100's first is a group of classes.</summary>
    public required IReadOnlyList<int> LabelCounts { get; init; }

    public int ClassCount => LabelCounts[^1];

    public int RecordBytes => LabelCounts.Count + PictureBytes;
}
