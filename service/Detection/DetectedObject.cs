using SpikingDetector.Core.Specs;

namespace SpikingDetector.Service.Detection;

/// <summary>One found object, as COCO's result files have it.</summary>
/// <param name="Bbox">x, y of the top-left corner, width, height in pixels of the picture.</param>
/// <param name="CategoryId">COCO's id of the category.</param>
/// <param name="Category">Its name.</param>
/// <param name="Score">0…1.</param>
internal sealed record DetectedObject(float[] Bbox, int CategoryId, string Category, float Score)
{
    /// <summary>All that was found on a picture.</summary>
    public static IReadOnlyList<DetectedObject> All(
        IReadOnlyList<Core.Detection.Detection> found, IReadOnlyList<Category> categories)
    {
        var objects = new DetectedObject[found.Count];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = Of(found[i], categories);
        return objects;
    }

    private static DetectedObject Of(Core.Detection.Detection detection, IReadOnlyList<Category> categories)
    {
        Category category = categories[detection.CategoryIndex];
        Core.Detection.Box box = detection.Box;
        return new DetectedObject([box.X1, box.Y1, box.Width, box.Height], category.Id, category.Name, detection.Score);
    }
}
