using SpikingDetector.Core;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Evaluation;

/// <summary>Runs a detector on the pictures of an annotation file.</summary>
internal static class DetectorEvaluation
{
    /// <summary>
    /// What the model finds in every picture, in the picture's own pixels, under COCO's category ids, with the spec's
    /// own thresholds.
    /// </summary>
    /// <exception cref="InvalidInputException">Model and annotations do not belong together, or a picture is unusable.</exception>
    public static List<CocoResult> Run(
        ModelSession session, CocoGroundTruth groundTruth, string pictureFolder, Action<int> progress, CancellationToken cancellation)
    {
        ModelSpec spec = session.Spec;
        if (spec.Task != ModelTask.Detection)
        {
            throw new InvalidInputException(
                $"{session.Path} is a classifier, which finds no boxes: leave --annotations away and give a folder of class folders.");
        }

        CheckCategories(spec, groundTruth, session.Path);
        List<(long Id, string Path)> pictures = Locate(groundTruth, pictureFolder);
        var results = new List<CocoResult>();
        int done = 0;
        foreach ((long Id, string Path)[] group in pictures.Chunk(session.FixedBatch ?? 1))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<IReadOnlyList<Detection>> found = Detect(session, group, cancellation);
            for (int i = 0; i < group.Length; i++)
                results.AddRange(found[i].Select(detection => CocoResult.From(group[i].Id, detection, spec.Categories)));
            progress(done += group.Length);
        }

        return results;
    }

    private static IReadOnlyList<IReadOnlyList<Detection>> Detect(
        ModelSession session, (long Id, string Path)[] group, CancellationToken cancellation)
    {
        using PictureBatch batch = session.CreateBatch(group.Length);
        foreach ((_, string path) in group)
            batch.Add(PictureDecoder.DecodeFile(path));
        return session.Detect(batch, cancellationToken: cancellation);
    }

    private static void CheckCategories(ModelSpec spec, CocoGroundTruth groundTruth, string modelPath)
    {
        HashSet<int> annotated = [.. groundTruth.Categories.Select(category => category.Id)];
        if (spec.Categories.Any(category => annotated.Contains(category.Id)))
            return;
        throw new InvalidInputException(
            $"{modelPath} knows the category ids {Ids(spec.Categories.Select(category => category.Id))}, but {groundTruth.Path} has {Ids(annotated)}: "
            + "give the annotations of the data set that the model was trained for.");

        static string Ids(IEnumerable<int> ids) => string.Join(", ", ids);
    }

    private static List<(long Id, string Path)> Locate(CocoGroundTruth groundTruth, string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder '{folder}'; expected the pictures of {groundTruth.Path}.");
        if (groundTruth.Images.Count == 0)
            throw new InvalidInputException($"{groundTruth.Path} lists no images: expected at least one.");

        var pictures = new List<(long, string)>();
        foreach (CocoImage image in groundTruth.Images)
        {
            string path = Path.Combine(folder, image.FileName);
            if (image.FileName.Length == 0 || !File.Exists(path))
            {
                throw new InvalidInputException(
                    $"{groundTruth.Path} lists the picture '{image.FileName}' (image {image.Id}), which is not in {folder}; "
                    + "put it there or give the right folder.");
            }

            pictures.Add((image.Id, path));
        }

        return pictures;
    }
}
