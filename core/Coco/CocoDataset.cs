using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Coco;

/// <summary>
/// Pictures with their objects, read strictly: what training on would go wrong unseen, such as a box outside its
/// picture, is refused with a sentence that names the file and the annotation.
/// </summary>
public sealed class CocoDataset
{
    internal CocoDataset(
        CocoGroundTruth groundTruth, IReadOnlyList<Category> categories, IReadOnlyList<CocoPicture> pictures)
    {
        GroundTruth = groundTruth;
        Categories = categories;
        Pictures = pictures;
    }

    /// <summary>By ascending id, which is the order of a model's class logits.</summary>
    public IReadOnlyList<Category> Categories { get; }

    /// <summary>By ascending id.</summary>
    public IReadOnlyList<CocoPicture> Pictures { get; }

    /// <summary>The same annotations as evaluation takes them.</summary>
    public CocoGroundTruth GroundTruth { get; }

    /// <summary>Reads a data set that <see cref="Data.CocoFolder"/> found.</summary>
    /// <exception cref="InvalidInputException">Anything about it is not as it must be.</exception>
    public static CocoDataset Load(CocoSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        CocoFileJson file = CocoJson.Read(
            source.AnnotationFile, CocoJson.Default.CocoFileJson, CocoGroundTruth.Description);
        return new CocoDatasetReader(new CocoGroundTruth(file, source.AnnotationFile), file.Images!).Read(source.PictureFolders);
    }

    /// <summary>Reads an annotation file whose pictures' names are relative to a folder.</summary>
    /// <exception cref="InvalidInputException">Anything about it is not as it must be.</exception>
    public static CocoDataset Load(string annotationFile, string pictureFolder) =>
        Load(new CocoSource(annotationFile, [pictureFolder]));
}
