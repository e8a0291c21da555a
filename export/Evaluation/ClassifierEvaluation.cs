using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Evaluation;

/// <summary>Runs a classifier on pictures or recordings of known classes.</summary>
internal static class ClassifierEvaluation
{
    private const int Best = 5;

    /// <summary>
    /// What to measure on: the validation split where the folder has splits, or of event data the last tenth of each
    /// class where training would set it apart; else all.
    /// </summary>
    /// <exception cref="InvalidInputException">The model is no classifier, or the folder holds nothing for it.</exception>
    public static LabelledSamples Open(ModelSession session, string folder)
    {
        if (session.Spec.Task != ModelTask.Classification)
        {
            throw new InvalidInputException(
                $"{session.Path} is a detector: give the annotation file of its pictures with --annotations.");
        }

        var found = ClassFolder.Open(folder);
        bool events = session.Spec.Input is EventInputSpec;
        if (events != (found.Kind == ClassFileKind.Events))
        {
            throw new InvalidInputException(
                $"{folder} holds {(events ? "pictures" : "class folders of event data")}, but {session.Path} takes "
                + $"{(events ? $"event data: expected {EventFormats.Names}" : $"pictures: expected {PictureFormats.Names}")} files.");
        }

        return found.Measured;
    }

    /// <summary>Classifies every picture or recording.</summary>
    /// <exception cref="InvalidInputException">A class is no label of the model, or a file is unusable.</exception>
    public static Accuracy Run(ModelSession session, LabelledSamples data, Action<int> progress, CancellationToken cancellation)
    {
        int[] labels = [.. data.ClassNames.Select(name => FindLabel(session, data, name))];
        (int first, int amongBest, int done) = (0, 0, 0);
        foreach (LabelledSample[] group in data.Samples.Chunk(session.FixedBatch ?? 1))
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
        ModelSession session, LabelledSample[] group, CancellationToken cancellation)
    {
        if (session.Spec.Input is EventInputSpec)
        {
            var preparation = new EventPreparation(session.Spec);
            using EventBatch recordings = session.CreateEventBatch(group.Length);
            foreach (LabelledSample sample in group)
                recordings.Add(preparation.ReadFile(sample.Source.Path).Counts);
            return session.Classify(recordings, Best, cancellation);
        }

        using PictureBatch pictures = session.CreateBatch(group.Length);
        foreach (LabelledSample sample in group)
            pictures.Add(sample.Source.ReadPicture());
        return session.Classify(pictures, Best, cancellation);
    }

    private static int FindLabel(ModelSession session, LabelledSamples data, string name)
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
            $"{data.Path} has the class '{name}', which is no label of {session.Path}; its labels are "
            + $"{string.Join(", ", labels.Take(Shown))}{more}.");
    }
}
