using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>Pictures or recordings to run a network on when nobody asks what they show.</summary>
public static class UnlabelledSamples
{
    /// <summary>
    /// Finds them in any data folder: of one with annotations or class folders what <c>evaluate</c> measures on (the
    /// validation split where there is one), else all files of the kind at any depth.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">Pictures or event data.</param>
    /// <exception cref="InvalidInputException">No such folder, nothing of the kind in it, or a data folder that is not as it must be.</exception>
    public static IReadOnlyList<SampleSource> Find(string folder, ClassFileKind kind)
    {
        folder = FolderListing.Require(folder);
        if (kind == ClassFileKind.Pictures && CocoFolder.Recognise(folder))
        {
            var coco = CocoFolder.Open(folder);
            return [.. CocoDataset.Load((coco.Validation ?? coco.Train)!).Pictures.Select(picture => Source(picture.Path))];
        }

        if (ClassFolder.Recognise(folder) == kind)
            return [.. ClassFolder.Open(folder).Measured.Samples.Select(sample => sample.Source)];

        string[] files = FolderListing.FilesBelow(folder, kind);
        return files.Length > 0
            ? [.. files.Select(Source)]
            : throw new InvalidInputException(kind == ClassFileKind.Pictures
                ? $"{folder} holds no pictures: expected {PictureFormats.Names} files."
                : $"{folder} holds no event data: expected {EventFormats.Names} files.");
    }

    private static SampleSource Source(string path) => new SampleFile(Path.GetDirectoryName(path)!, Path.GetFileName(path));
}
