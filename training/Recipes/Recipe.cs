using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;

namespace SpikingDetector.Training.Recipes;

/// <summary>
/// Everything that a training does, as JSON: a file may name a <c>base</c> beside it and override some fields, and
/// <c>--set key=value</c> overrides fields of both. The data set gives the model's categories or labels.
/// </summary>
internal sealed record Recipe
{
    private Recipe(JsonObject model) => Model = model;

    /// <summary>The model spec without <c>format</c>, <c>categories</c> and <c>labels</c>.</summary>
    private JsonObject Model { get; }

    /// <summary>Channels of the network's first stage.</summary>
    public required int BaseChannels { get; init; }

    public required int TimeSteps { get; init; }

    /// <summary>What the network learns from.</summary>
    public required DataFolderKind Data { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Start weights, order of the pictures and augmentation follow from it.</summary>
    public required int Seed { get; init; }

    /// <summary>Epochs from one evaluation on the validation pictures to the next; the last epoch is always evaluated.</summary>
    public required int EvaluateEvery { get; init; }

    /// <summary>The share of the training samples that is learned from, above 0 to 1: as much of each class, the same for every seed.</summary>
    public required double TrainingShare { get; init; }

    public required OptimizerRecipe Optimizer { get; init; }

    public required ScheduleRecipe Schedule { get; init; }

    public required AugmentationRecipe Augmentation { get; init; }

    public required NeuronTraining Neuron { get; init; }

    /// <summary>Classifiers: share of a label's probability that is spread over all classes, from 0 to below 1.</summary>
    public required double LabelSmoothing { get; init; }

    /// <summary>Of the weights' moving average, which is then evaluated and kept; 0 for none.</summary>
    public required double AverageDecay { get; init; }

    /// <summary>Whom the network learns from beside the data; null for nobody.</summary>
    public required DistillationRecipe? Distillation { get; init; }

    /// <summary>Of the convolutions in training.</summary>
    public required Precision Precision { get; init; }

    /// <summary>
    /// Where several processes train together: whether batch normalisation takes the statistics of the whole batch, instead of
    /// each process's part.
    /// </summary>
    public required bool SynchroniseBatchNorm { get; init; }

    /// <summary>The whole recipe after base and overrides, indented.</summary>
    public required string ResolvedJson { get; init; }

    /// <summary>Reads a recipe file with its bases and overrides.</summary>
    /// <param name="path">The recipe file.</param>
    /// <param name="overrides">Texts of the form <c>optimizer.learning_rate=0.01</c>.</param>
    /// <exception cref="InvalidInputException">A file is missing, a field is unknown or out of range.</exception>
    public static Recipe Load(string path, IReadOnlyList<string> overrides)
    {
        JsonObject json = RecipeFile.Resolve(path, overrides);
        return Parse(json, path);
    }

    /// <summary>The model of this recipe for a data set: categories for detection, labels for classification.</summary>
    public ModelSpec ModelFor(IReadOnlyList<Category> categories, IReadOnlyList<string> labels) =>
        SpecOf(Model, Data == DataFolderKind.Coco, categories, labels);

    private static ModelSpec SpecOf(JsonObject model, bool detects, IReadOnlyList<Category> categories, IReadOnlyList<string> labels)
    {
        var spec = (JsonObject)model.DeepClone();
        spec["format"] = ModelSpec.Format;
        if (detects)
        {
            spec["categories"] = new JsonArray(
                [.. categories.Select(category => new JsonObject { ["id"] = category.Id, ["name"] = category.Name })]);
        }
        else
        {
            spec["labels"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]);
        }

        return ModelSpec.Parse(spec.ToJsonString(), "model");
    }

    private static Recipe Parse(JsonObject json, string source)
    {
        var fields = JsonFields.Parse(json.ToJsonString(), source);
        _ = fields.Nested("model");
        var model = (JsonObject)json["model"]!;
        foreach (string field in (string[])["format", "categories", "labels"])
        {
            if (model.ContainsKey(field))
                throw new InvalidInputException($"{source}: field 'model.{field}' must be left out of a recipe; the data set gives it.");
        }

        ModelTask task = fields.Nested("model").Choice(
            "task", [("classification", ModelTask.Classification), ("detection", ModelTask.Detection)]);

        // With any classes: those of the data are not known yet, and errors of the model are better told before it is read.
        ModelSpec spec = SpecOf(model, task == ModelTask.Detection, [new Category(1, "any")], ["any"]);
        if (task == ModelTask.Detection)
            fields.Refuse(["label_smoothing"], "left out for detection, whose focal loss takes no smoothed labels");
        var recipe = new Recipe(model)
        {
            Data = DataFolder.KindFor(spec),
            BaseChannels = spec.Backbone.BaseChannels,
            TimeSteps = spec.Backbone.TimeSteps,
            Epochs = fields.Whole("epochs", 1, 100_000),
            BatchSize = fields.Whole("batch_size", 1, 65_536),
            Seed = fields.Whole("seed", 0, int.MaxValue, 0),
            EvaluateEvery = fields.Whole("evaluate_every", 1, 100_000, 1),
            TrainingShare = fields.Number("training_share", "a number above 0 and at most 1", value => value is > 0 and <= 1, 1),
            Optimizer = OptimizerRecipe.Read(fields.Nested("optimizer")),
            Schedule = ScheduleRecipe.Read(fields.Nested("schedule")),
            Augmentation = fields.Has("augmentation") ? AugmentationRecipe.Read(fields.Nested("augmentation"), spec) : new(),
            Neuron = fields.Has("neuron") ? NeuronRecipe.Read(fields.Nested("neuron"), spec.Backbone) : new(),
            LabelSmoothing = fields.Number("label_smoothing", "a number from 0 to below 1", IsBelowOne, 0),
            AverageDecay = fields.Number("ema_decay", "a number from 0 (no average) to below 1", IsBelowOne, 0),
            Distillation = fields.Has("distillation")
                ? DistillationRecipe.Read(fields.Nested("distillation"), spec, Path.GetDirectoryName(Path.GetFullPath(source))!)
                : null,
            Precision = fields.Choice(
                "precision", [("float32", Precision.Float32), ("bfloat16", Precision.BFloat16)], Precision.Float32),
            SynchroniseBatchNorm = fields.Flag("synchronise_batch_norm", false),
            ResolvedJson = json.ToJsonString(RecipeFile.Indented),
        };
        fields.Finish();
        return recipe;

        static bool IsBelowOne(float value) => value is >= 0 and < 1;
    }
}
