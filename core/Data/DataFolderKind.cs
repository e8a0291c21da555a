namespace SpikingDetector.Core.Data;

/// <summary>Kinds of data folders.</summary>
public enum DataFolderKind
{
    /// <summary>Pictures with a COCO annotation file: detection.</summary>
    Coco,

    /// <summary>A folder of pictures for each class, or the binary files of CIFAR-10 or CIFAR-100: classification.</summary>
    Classes,

    /// <summary>A folder of recordings or event frames for each class: classification of events.</summary>
    EventClasses,
}
