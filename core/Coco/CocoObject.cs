using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Coco;

/// <summary>An object of a training picture.</summary>
/// <param name="AnnotationId">Its id in the annotation file, for messages.</param>
/// <param name="CategoryIndex">Position of its category in <see cref="CocoDataset.Categories"/>.</param>
/// <param name="Box">Pixels of the picture, within it, with an area.</param>
/// <param name="IsCrowd">Whether it stands for many objects that nobody told apart.</param>
public readonly record struct CocoObject(long AnnotationId, int CategoryIndex, Box Box, bool IsCrowd);
