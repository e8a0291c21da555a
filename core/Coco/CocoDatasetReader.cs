using System.Globalization;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Coco;

/// <summary>Checks what an annotation file says and gathers it by picture.</summary>
internal sealed class CocoDatasetReader(CocoGroundTruth groundTruth, IReadOnlyList<CocoImageJson?> images)
{
    // Annotation tools round to whole pixels, to either side of the picture's edge.
    private const double EdgeTolerance = 1;

    public CocoDataset Read(IReadOnlyList<string> pictureFolders)
    {
        if (images.Count == 0)
            throw Refusal("lists no images: expected at least one");

        Category[] categories = ReadCategories();
        Dictionary<long, (int Width, int Height)> sizes = ReadSizes();
        string folder = PictureFolder(pictureFolders);
        CheckPicturesExist(folder);
        ILookup<long, CocoObject> objects = ReadObjects(categories, sizes);
        return new CocoDataset(
            groundTruth,
            categories,
            [
                .. groundTruth.Images.OrderBy(image => image.Id).Select(image => new CocoPicture(
                    image.Id,
                    Path.Combine(folder, image.FileName),
                    sizes[image.Id].Width,
                    sizes[image.Id].Height,
                    [.. objects[image.Id]])),
            ]);
    }

    private Category[] ReadCategories()
    {
        if (groundTruth.Categories.Count == 0)
            throw Refusal("lists no categories: expected at least one");

        Category[] categories = [.. groundTruth.Categories.OrderBy(category => category.Id)];
        for (int i = 1; i < categories.Length; i++)
        {
            if (categories[i].Id == categories[i - 1].Id)
                throw Refusal($"lists the category id {categories[i].Id} twice: give every category an id of its own");
        }

        return categories;
    }

    private Dictionary<long, (int Width, int Height)> ReadSizes()
    {
        var sizes = new Dictionary<long, (int, int)>();
        foreach (CocoImageJson? image in images)
        {
            long id = image!.Id!.Value;
            if (string.IsNullOrEmpty(image.FileName))
                throw Refusal($"image {id} has no \"file_name\"");
            if (Side(image.Width) is not int width || Side(image.Height) is not int height)
                throw Refusal($"image {id} ({image.FileName}) needs \"width\" and \"height\" in whole pixels of at least 1");
            if (!sizes.TryAdd(id, (width, height)))
                throw Refusal($"lists the image id {id} twice: give every image an id of its own");
        }

        return sizes;
    }

    private static int? Side(double? value) =>
        value is >= 1 and <= int.MaxValue && double.IsInteger(value.Value) ? (int)value.Value : null;

    private string PictureFolder(IReadOnlyList<string> folders)
    {
        string first = groundTruth.Images[0].FileName;
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, first)))
            ?? throw Refusal(
                $"lists the picture {first}, which is not in {string.Join(" or ", folders)}: put it there or "
                + "remove it and its annotations from the file");
    }

    private void CheckPicturesExist(string folder)
    {
        string[] missing =
        [
            .. groundTruth.Images.Select(image => image.FileName).Where(name => !File.Exists(Path.Combine(folder, name))),
        ];
        if (missing.Length == 0)
            return;

        string others = missing.Length == 1 ? "" : $" (nor are {missing.Length - 1} more)";
        throw Refusal(
            $"lists the picture {missing[0]}, which is not in {folder}{others}: put it there or remove it and its "
            + "annotations from the file");
    }

    private ILookup<long, CocoObject> ReadObjects(
        Category[] categories, Dictionary<long, (int Width, int Height)> sizes)
    {
        var indices = new Dictionary<int, int>(categories.Select((category, index) => KeyValuePair.Create(category.Id, index)));
        var ids = new HashSet<long>();
        var objects = new List<(long ImageId, CocoObject Object)>(groundTruth.Annotations.Count);
        foreach (CocoAnnotation annotation in groundTruth.Annotations)
        {
            if (!ids.Add(annotation.Id))
                throw Refusal($"lists the annotation id {annotation.Id} twice: give every annotation an id of its own");
            if (!sizes.TryGetValue(annotation.ImageId, out (int Width, int Height) size))
            {
                throw Refusal(
                    $"annotation {annotation.Id} is of image {annotation.ImageId}, which \"images\" does not list: "
                    + "add the image or remove the annotation");
            }

            if (!indices.TryGetValue(annotation.CategoryId, out int category))
            {
                throw Refusal(
                    $"annotation {annotation.Id} is of category {annotation.CategoryId}, which \"categories\" does not "
                    + "list: add the category or correct the annotation");
            }

            Box box = CheckedBox(annotation, size.Width, size.Height);
            objects.Add((annotation.ImageId, new CocoObject(annotation.Id, category, box, annotation.IsCrowd)));
        }

        return objects.ToLookup(item => item.ImageId, item => item.Object);
    }

    private Box CheckedBox(CocoAnnotation annotation, int width, int height)
    {
        CocoBox box = annotation.Box;
        if (!(box.Width > 0 && box.Height > 0))
            throw Refusal($"annotation {annotation.Id} has a box of no area, {Text(box)}: correct or remove it");
        if (!(box.X >= -EdgeTolerance && box.Y >= -EdgeTolerance
            && box.X + box.Width <= width + EdgeTolerance && box.Y + box.Height <= height + EdgeTolerance))
        {
            throw Refusal(
                $"annotation {annotation.Id} has the box {Text(box)}, which leaves its picture of {width}×{height} "
                + $"pixels (image {annotation.ImageId}): correct or remove it");
        }

        Box clipped = box.ToBox().Clip(width, height);
        return clipped.Width > 0 && clipped.Height > 0
            ? clipped
            : throw Refusal(
                $"annotation {annotation.Id} has the box {Text(box)}, which has no area inside its picture of "
                + $"{width}×{height} pixels (image {annotation.ImageId}): correct or remove it");
    }

    private static string Text(CocoBox box) => string.Create(
        CultureInfo.InvariantCulture, $"[x {box.X}, y {box.Y}, width {box.Width}, height {box.Height}]");

    private InvalidInputException Refusal(string reason) => new($"{groundTruth.Path}: {reason}.");
}
