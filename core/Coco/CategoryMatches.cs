namespace SpikingDetector.Core.Coco;

/// <summary>The ground truth and the detections of one category, picture by picture in the order of the ids.</summary>
internal sealed class CategoryMatches
{
    private CategoryMatches(int categoryId, IReadOnlyList<ImageMatches> images)
    {
        CategoryId = categoryId;
        Images = images;
    }

    public int CategoryId { get; }

    /// <summary>Only pictures that have an object or a detection of the category.</summary>
    public IReadOnlyList<ImageMatches> Images { get; }

    /// <summary>All categories by ascending id.</summary>
    public static CategoryMatches[] Gather(CocoGroundTruth groundTruth, IReadOnlyList<CocoResult> results)
    {
        int[] categoryIds = [.. groundTruth.Categories.Select(category => category.Id).Distinct().Order()];
        HashSet<long> imageIds = [.. groundTruth.Images.Select(image => image.Id)];
        foreach (CocoResult result in results)
        {
            if (!imageIds.Contains(result.ImageId))
            {
                throw new InvalidInputException(
                    $"There is a detection in image {result.ImageId}, which {groundTruth.Path} does not list: these "
                    + "detections belong to other ground truth.");
            }
        }

        ILookup<(int, long), CocoAnnotation> objects = Resolve(groundTruth.Annotations, imageIds)
            .ToLookup(annotation => (annotation.CategoryId, annotation.ImageId));
        ILookup<(int, long), CocoResult> detections = results.ToLookup(result => (result.CategoryId, result.ImageId));
        ILookup<int, long> used = objects.Select(group => group.Key).Union(detections.Select(group => group.Key))
            .ToLookup(key => key.Item1, key => key.Item2);

        return
        [
            .. categoryIds.Select(category => new CategoryMatches(
                category,
                [
                    .. used[category].Order().Select(image => new ImageMatches(
                        [.. objects[(category, image)]], detections[(category, image)])),
                ])),
        ];
    }

    // pycocotools looks annotations up by id: where two share one, both stand for the later.
    private static IEnumerable<CocoAnnotation> Resolve(
        IReadOnlyList<CocoAnnotation> annotations, HashSet<long> imageIds)
    {
        var byId = new Dictionary<long, CocoAnnotation>(annotations.Count);
        foreach (CocoAnnotation annotation in annotations)
            byId[annotation.Id] = annotation;
        return annotations.Where(annotation => imageIds.Contains(annotation.ImageId)).Select(annotation => byId[annotation.Id]);
    }
}
