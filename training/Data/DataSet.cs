using SpikingDetector.Core;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Events;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Distributed;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>Training and validation samples of a data folder with what is known about them.</summary>
internal sealed record DataSet
{
    public required IReadOnlyList<Sample> Training { get; init; }

    public required IReadOnlyList<Sample> Validation { get; init; }

    /// <summary>Detection: in the order of the class logits.</summary>
    public IReadOnlyList<Category> Categories { get; init; } = [];

    /// <summary>Classification: in the order of the logits.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Detection: the validation split as it is evaluated.</summary>
    public CocoDataset? Annotations { get; init; }

    /// <summary>What a sample is called: pictures or recordings.</summary>
    public string Noun { get; init; } = "pictures";

    /// <summary>Reads what a folder holds to train on and to measure with.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="kind">What the network learns from (<see cref="DataFolder.KindFor"/>).</param>
    /// <exception cref="InvalidInputException">The folder, a file or an annotation is not as expected.</exception>
    public static DataSet Read(string folder, DataFolderKind kind)
    {
        CheckKind(folder, kind);
        return kind == DataFolderKind.Coco ? ReadCoco(folder) : ReadClasses(folder);
    }

    /// <summary>Reads what a recipe trains on and measures with: all of a folder, or the recipe's share of its training samples.</summary>
    /// <exception cref="InvalidInputException">The folder, a file or an annotation is not as expected.</exception>
    public static DataSet Read(string folder, Recipe recipe) => Read(folder, recipe.Data).WithTrainingShare(recipe.TrainingShare);

    /// <summary>
    /// Reads what a folder holds to measure a finished network with: its validation split, or all of a folder of classes
    /// that sets nothing apart.
    /// </summary>
    /// <exception cref="InvalidInputException">The folder, a file or an annotation is not as expected.</exception>
    public static DataSet ReadToMeasure(string folder, DataFolderKind kind)
    {
        CheckKind(folder, kind);
        if (kind == DataFolderKind.Coco)
        {
            CocoDataset annotations = Load(CocoFolder.Open(folder).Validation, folder, "validation", "annotations/instances_val.json");
            return Of([], annotations);
        }

        var found = ClassFolder.Open(folder);
        return Of([], Samples(found.Measured), found);
    }

    /// <summary>The shuffled and augmented batches of training.</summary>
    public BatchLoader TrainingBatches(
        ModelSpec spec,
        AugmentationRecipe augmentation,
        int batchSize,
        int seed,
        WhenUnreadable whenUnreadable = WhenUnreadable.Stop,
        ProcessGroup? group = null) =>
        new(Inputs(Training, spec, augmentation, whenUnreadable), batchSize, seed) { Share = ShareOf(group) };

    /// <summary>The validation samples as the service would see them.</summary>
    public BatchLoader ValidationBatches(
        ModelSpec spec, int batchSize, WhenUnreadable whenUnreadable = WhenUnreadable.Stop, ProcessGroup? group = null) =>
        new(Inputs(Validation, spec, new(), whenUnreadable), batchSize, 0) { Share = ShareOf(group) };

    /// <summary>
    /// The same with a share of the training samples: as much of each class, at even distances in the order of the data, and at
    /// least one. Of pictures with boxes, at even distances among all.
    /// </summary>
    /// <param name="share">Above 0 to 1.</param>
    public DataSet WithTrainingShare(double share)
    {
        IEnumerable<int> kept = Training.Index().GroupBy(pair => pair.Item.Target.Label, pair => pair.Index).SelectMany(Spread);
        return this with { Training = [.. kept.Order().Select(index => Training[index])] };

        IEnumerable<int> Spread(IEnumerable<int> indices)
        {
            int[] all = [.. indices];
            int count = Math.Max(1, (int)Math.Round(share * all.Length));
            return Enumerable.Range(0, count).Select(i => all[(int)((i + 0.5) * all.Length / count)]);
        }
    }

    private static (int Index, int Count) ShareOf(ProcessGroup? group) => group is null ? (0, 1) : (group.Rank, group.Size);

    /// <summary>Refuses data whose classes are not the network's.</summary>
    public void CheckClasses(ModelSpec spec, string source)
    {
        string[] ofModel = spec.Task == ModelTask.Detection ? [.. spec.Categories.Select(Describe)] : [.. spec.Labels];
        string[] ofData = spec.Task == ModelTask.Detection ? [.. Categories.Select(Describe)] : [.. Labels];
        if (!ofModel.SequenceEqual(ofData))
        {
            throw new InvalidInputException(
                $"{source} knows the classes {string.Join(", ", ofModel)}, but the data has {string.Join(", ", ofData)}.");
        }

        static string Describe(Category category) => $"{category.Id} {category.Name}";
    }

    private static InputSource Inputs(
        IReadOnlyList<Sample> samples, ModelSpec spec, AugmentationRecipe augmentation, WhenUnreadable whenUnreadable) =>
        DataFolder.KindFor(spec) switch
        {
            DataFolderKind.Coco => new PictureInputs(samples, new DetectorPictureMaker(spec, augmentation), whenUnreadable),
            DataFolderKind.Classes => new PictureInputs(samples, new ClassifierPictureMaker(spec, augmentation), whenUnreadable),
            _ => new EventInputs(samples, spec, augmentation, whenUnreadable),
        };

    private static void CheckKind(string folder, DataFolderKind wanted)
    {
        DataFolderKind found = DataFolder.Recognise(folder);
        if (found == wanted)
            return;
        string holds = found switch
        {
            DataFolderKind.Coco => "COCO annotations",
            DataFolderKind.Classes => "pictures of classes",
            _ => "class folders of event data",
        };
        string learns = wanted switch
        {
            DataFolderKind.Coco => "a detector learns from COCO annotations",
            DataFolderKind.Classes => "a classifier of pictures learns from class folders of pictures or CIFAR's binary files",
            _ => $"a classifier of events learns from class folders of {EventFormats.Names} files",
        };
        throw new InvalidInputException($"{folder} holds {holds}, but {learns}.");
    }

    private static DataSet ReadCoco(string folder)
    {
        var found = CocoFolder.Open(folder);
        CocoDataset training = Load(found.Train, folder, "training", "annotations/instances_train.json");
        CocoDataset validation = Load(found.Validation, folder, "validation", "annotations/instances_val.json");
        if (!training.Categories.SequenceEqual(validation.Categories))
            throw new InvalidInputException($"{folder}: the training and validation annotations list different categories.");
        return Of(Samples(training), validation);
    }

    private static DataSet ReadClasses(string folder)
    {
        var found = ClassFolder.Open(folder);
        bool events = found.Kind == ClassFileKind.Events;
        string files = events ? "*.aedat" : "*.jpg";
        string cifar = events ? "" : ", or all binary files of CIFAR-10 or CIFAR-100";
        LabelledSamples training = found.Train ?? throw Missing(folder, NounOf(found), "training", $"train/CLASS/{files}{cifar}");
        LabelledSamples validation = found.Validation ?? throw Missing(
            folder,
            NounOf(found),
            "validation",
            $"val/CLASS/{files}" + (events ? ", or at least ten recordings of each class, of which the last tenth is then set apart" : cifar));
        return Of(Samples(training), Samples(validation), found);
    }

    private static DataSet Of(Sample[] training, CocoDataset validation) => new()
    {
        Training = training,
        Validation = Samples(validation),
        Categories = validation.Categories,
        Annotations = validation,
    };

    private static DataSet Of(Sample[] training, Sample[] validation, ClassFolder found) => new()
    {
        Training = training,
        Validation = validation,
        Labels = found.Measured.ClassNames,
        Noun = NounOf(found),
    };

    private static string NounOf(ClassFolder folder) => folder.Kind == ClassFileKind.Events ? "recordings" : "pictures";

    private static CocoDataset Load(CocoSource? source, string folder, string what, string example) =>
        CocoDataset.Load(source ?? throw Missing(folder, "pictures", what, example));

    private static InvalidInputException Missing(string folder, string noun, string what, string example) =>
        new($"{folder} has no {what} {noun}; expected {example}.");

    private static Sample[] Samples(LabelledSamples labelled)
    {
        Target[] ofClasses = [.. labelled.ClassNames.Select((_, index) => Target.OfClass(index))];
        return [.. labelled.Samples.Select(sample => new Sample(sample.Source, ofClasses[sample.ClassIndex]))];
    }

    /// <summary>A crowd stands for objects that nobody told apart, so there is no box to learn from it.</summary>
    private static Sample[] Samples(CocoDataset data) =>
    [
        .. data.Pictures.Select(picture =>
        {
            CocoObject[] objects = [.. picture.Objects.Where(item => !item.IsCrowd)];
            return new Sample(
                new AnnotatedPicture(picture),
                Target.OfBoxes([.. objects.Select(item => item.Box)], [.. objects.Select(item => item.CategoryIndex)]));
        }),
    ];
}
