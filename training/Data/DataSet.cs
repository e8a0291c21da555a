using SpikingDetector.Core;
using SpikingDetector.Core.Coco;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Data;

/// <summary>Training and validation pictures of a data folder with what is known about them.</summary>
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

    /// <summary>Reads what a folder holds for a task.</summary>
    /// <exception cref="InvalidInputException">The folder, a file or an annotation is not as expected.</exception>
    public static DataSet Read(string folder, ModelTask task)
    {
        DataFolderKind kind = DataFolder.Recognise(folder);
        if (task == ModelTask.Detection)
        {
            return kind == DataFolderKind.Coco
                ? ReadCoco(folder)
                : throw new InvalidInputException($"{folder} holds class folders, but a detector learns from COCO annotations.");
        }

        return kind == DataFolderKind.Classes
            ? ReadClasses(folder)
            : throw new InvalidInputException($"{folder} holds COCO annotations, but a classifier learns from class folders.");
    }

    /// <summary>The shuffled and augmented batches of training.</summary>
    public BatchLoader TrainingBatches(ModelSpec spec, AugmentationRecipe augmentation, int batchSize, int seed) => new(
        Training,
        new PictureStore(Training),
        spec.Task == ModelTask.Detection ? new DetectorPictureMaker(spec, augmentation) : new ClassifierPictureMaker(spec, augmentation),
        batchSize,
        seed);

    /// <summary>The validation pictures as the service would see them.</summary>
    public BatchLoader ValidationBatches(ModelSpec spec, int batchSize) => new(
        Validation,
        new PictureStore(Validation),
        spec.Task == ModelTask.Detection ? new DetectorPictureMaker(spec, new()) : new ClassifierPictureMaker(spec, new()),
        batchSize,
        0);

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

    private static DataSet ReadCoco(string folder)
    {
        var found = CocoFolder.Open(folder);
        CocoDataset training = CocoDataset.Load(found.Train ?? throw Missing(folder, "training", "annotations/instances_train.json"));
        CocoDataset validation = CocoDataset.Load(found.Validation ?? throw Missing(folder, "validation", "annotations/instances_val.json"));
        if (!training.Categories.SequenceEqual(validation.Categories))
            throw new InvalidInputException($"{folder}: the training and validation annotations list different categories.");
        return new DataSet
        {
            Training = Samples(training),
            Validation = Samples(validation),
            Categories = training.Categories,
            Annotations = validation,
        };
    }

    private static DataSet ReadClasses(string folder)
    {
        var found = ClassFolder.Open(folder);
        ImageFolder training = found.Train ?? throw Missing(folder, "training", "train/CLASS/*.jpg");
        ImageFolder validation = found.Validation ?? throw Missing(folder, "validation", "val/CLASS/*.jpg");
        return new DataSet
        {
            Training = Samples(training),
            Validation = Samples(validation),
            Labels = training.ClassNames,
        };
    }

    private static InvalidInputException Missing(string folder, string what, string example) =>
        new($"{folder} has no {what} pictures; expected {example}.");

    private static Sample[] Samples(ImageFolder images) =>
        [.. images.Files.Select(file => new Sample(file.Path, Target.OfClass(file.ClassIndex)))];

    /// <summary>A crowd stands for objects that nobody told apart, so there is no box to learn from it.</summary>
    private static Sample[] Samples(CocoDataset data) =>
    [
        .. data.Pictures.Select(picture =>
        {
            CocoObject[] objects = [.. picture.Objects.Where(item => !item.IsCrowd)];
            return new Sample(
                picture.Path,
                Target.OfBoxes([.. objects.Select(item => item.Box)], [.. objects.Select(item => item.CategoryIndex)]));
        }),
    ];
}
