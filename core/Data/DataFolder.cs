using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Data;

/// <summary>Tells what kind of data a folder holds, and what kind a network learns from.</summary>
public static class DataFolder
{
    /// <summary>The kind of folder that a network is trained and measured with.</summary>
    public static DataFolderKind KindFor(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Task == ModelTask.Detection)
            return DataFolderKind.Coco;
        return spec.Input is EventInputSpec ? DataFolderKind.EventClasses : DataFolderKind.Classes;
    }

    /// <summary>Recognises a folder; <see cref="CocoFolder"/> and <see cref="ClassFolder"/> open it then.</summary>
    /// <exception cref="InvalidInputException">No such folder, or it fits no kind: the message says what was looked for.</exception>
    public static DataFolderKind Recognise(string folder)
    {
        folder = FolderListing.Require(folder);
        if (CocoFolder.Recognise(folder))
            return DataFolderKind.Coco;
        if (ClassFolder.Recognise(folder) is { } kind)
            return kind == ClassFileKind.Events ? DataFolderKind.EventClasses : DataFolderKind.Classes;

        bool pictures = FolderListing.PicturesBelow(folder).Length > 0;
        throw new InvalidInputException(
            $"{folder} {(pictures ? "holds pictures, but neither annotations nor class folders" : "holds no data that is known")}: "
            + "looked for COCO annotations (annotations/instances_train.json, train/_annotations.coco.json, or one *.json "
            + "beside the pictures) and for class folders (CLASS/*.jpg, or train/CLASS/*.jpg and val/CLASS/*.jpg; of "
            + "event data CLASS/*.aedat, *.npy or *.npz) and for the unpacked binary files of CIFAR-10 or CIFAR-100 (test_batch.bin, test.bin).");
    }
}
