using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Coco;

/// <summary>
/// What an annotation file says, to evaluate against. Everything is taken that pycocotools takes: boxes outside their
/// picture, boxes of no area, crowds, pictures that do not exist. Training data are read more strictly, by
/// <see cref="CocoDataset"/>.
/// </summary>
public sealed class CocoGroundTruth
{
    internal const string Description = "a COCO instances file (images, annotations, categories)";

    internal CocoGroundTruth(CocoFileJson file, string path)
    {
        Path = path;
        Images = [.. Required(file.Images, "images").Select(Image)];
        Categories = [.. Required(file.Categories, "categories").Select(Category)];
        Annotations = [.. Required(file.Annotations, "annotations").Select(Annotation)];
    }

    /// <summary>The annotation file.</summary>
    public string Path { get; }

    /// <summary>The pictures in the file's order.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>The categories in the file's order.</summary>
    public IReadOnlyList<Category> Categories { get; }

    /// <summary>The objects in the file's order.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations { get; }

    /// <summary>Reads an instances file.</summary>
    /// <exception cref="InvalidInputException">It is missing, no JSON, or lacks something that evaluation needs.</exception>
    public static CocoGroundTruth Read(string path) =>
        new(CocoJson.Read(path, CocoJson.Default.CocoFileJson, Description), path);

    private List<T?> Required<T>(List<T?>? list, string name) =>
        list ?? throw new InvalidInputException($"{Path} has no \"{name}\": expected {Description}.");

    private CocoImage Image(CocoImageJson? image, int index) => new(
        image?.Id ?? throw Missing("images", index, "id"), image.FileName ?? "");

    private Category Category(CocoCategoryJson? category, int index)
    {
        int id = category?.Id ?? throw Missing("categories", index, "id");
        return new Category(id, category.Name ?? throw Missing("categories", index, "name"));
    }

    private CocoAnnotation Annotation(CocoAnnotationJson? annotation, int index)
    {
        long id = annotation?.Id ?? throw Missing("annotations", index, "id");
        if (annotation.Bbox is not [double x, double y, double width, double height])
            throw new InvalidInputException($"{Path}: annotation {id} has no \"bbox\" of four numbers [x, y, width, height].");

        var box = new CocoBox(x, y, width, height);
        return new CocoAnnotation(
            id,
            annotation.ImageId ?? throw Missing("annotations", index, "image_id"),
            annotation.CategoryId ?? throw Missing("annotations", index, "category_id"),
            box,
            annotation.Area ?? box.Area,
            annotation.Iscrowd);
    }

    private InvalidInputException Missing(string list, int index, string field) =>
        new($"{Path}: {list}[{index}] has no \"{field}\".");
}
