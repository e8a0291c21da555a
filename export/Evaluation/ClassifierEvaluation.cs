using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Evaluation;

/// <summary>Runs a classifier on class folders.</summary>
internal static class ClassifierEvaluation
{
    private const int Best = 5;

    /// <summary>The pictures to measure on: the validation split where the folder has splits, else all.</summary>
    public static ImageFolder Open(string folder)
    {
        var data = ClassFolder.Open(folder);
        return data.Validation ?? data.Train!;
    }

    /// <summary>Classifies every picture.</summary>
    /// <exception cref="InvalidInputException">A folder's name is no label of the model, or a picture is unusable.</exception>
    public static Accuracy Run(ModelSession session, ImageFolder pictures, Action<int> progress, CancellationToken cancellation)
    {
        if (session.Spec.Task != ModelTask.Classification)
        {
            throw new InvalidInputException(
                $"{session.Path} is a detector: give the annotation file of its pictures with --annotations.");
        }

        int[] labels = [.. pictures.ClassNames.Select(name => FindLabel(session, pictures, name))];
        (int first, int amongBest, int done) = (0, 0, 0);
        foreach (LabelledFile[] group in pictures.Files.Chunk(session.FixedBatch ?? 1))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<IReadOnlyList<Prediction>> predictions = Classify(session, group, cancellation);
            for (int i = 0; i < group.Length; i++)
            {
                int label = labels[group[i].ClassIndex];
                first += predictions[i][0].Index == label ? 1 : 0;
                amongBest += predictions[i].Any(prediction => prediction.Index == label) ? 1 : 0;
            }

            progress(done += group.Length);
        }

        return new Accuracy((double)first / done, (double)amongBest / done, done);
    }

    private static IReadOnlyList<IReadOnlyList<Prediction>> Classify(
        ModelSession session, LabelledFile[] group, CancellationToken cancellation)
    {
        using PictureBatch batch = session.CreateBatch(group.Length);
        foreach (LabelledFile file in group)
            batch.Add(PictureDecoder.DecodeFile(file.Path));
        return session.Classify(batch, Best, cancellation);
    }

    private static int FindLabel(ModelSession session, ImageFolder pictures, string name)
    {
        for (int i = 0; i < session.Spec.Labels.Count; i++)
        {
            if (session.Spec.Labels[i] == name)
                return i;
        }

        const int Shown = 10;
        IReadOnlyList<string> labels = session.Spec.Labels;
        string more = labels.Count > Shown ? $" and {labels.Count - Shown} more" : "";
        throw new InvalidInputException(
            $"{pictures.Path} has a folder '{name}', which is no label of {session.Path}; its labels are "
            + $"{string.Join(", ", labels.Take(Shown))}{more}.");
    }
}
