namespace SpikingDetector.Core.Coco;

/// <summary>A picture as an annotation file lists it.</summary>
/// <param name="Id">Its id within the file.</param>
/// <param name="FileName">Its path below the folder of pictures; empty where the file names none.</param>
public readonly record struct CocoImage(long Id, string FileName);
