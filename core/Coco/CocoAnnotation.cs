namespace SpikingDetector.Core.Coco;

/// <summary>One object of an annotation file, as it is written there.</summary>
/// <param name="Id">Its id within the file.</param>
/// <param name="ImageId">The picture that it is in.</param>
/// <param name="CategoryId">The COCO id of its category.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Area">In square pixels: the object's, which a segmentation makes smaller than its box.</param>
/// <param name="IsCrowd">Whether it stands for many objects that nobody told apart.</param>
public readonly record struct CocoAnnotation(
    long Id, long ImageId, int CategoryId, CocoBox Box, double Area, bool IsCrowd);
