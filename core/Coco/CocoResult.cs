using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Coco;

/// <summary>One detection as COCO's result files hold it.</summary>
/// <param name="ImageId">The picture's id in the annotation file.</param>
/// <param name="CategoryId">The COCO id of the category.</param>
/// <param name="Box">Pixels of the picture.</param>
/// <param name="Score">Higher is surer.</param>
public readonly record struct CocoResult(long ImageId, int CategoryId, CocoBox Box, double Score)
{
    /// <summary>A model's detection in a picture.</summary>
    /// <param name="imageId">The picture's id in the annotation file.</param>
    /// <param name="detection">In pixels of the picture.</param>
    /// <param name="categories">The model's categories, which the detection's index counts in.</param>
    public static CocoResult From(long imageId, Detection.Detection detection, IReadOnlyList<Category> categories)
    {
        ArgumentNullException.ThrowIfNull(categories);
        return new(imageId, categories[detection.CategoryIndex].Id, CocoBox.From(detection.Box), detection.Score);
    }
}
