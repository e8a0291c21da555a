using SpikingDetector.Core.Specs;

namespace SpikingDetector.Training.Recipes;

/// <summary>The recipe's <c>distillation</c> object: a trained network whose answers are learned beside the data's.</summary>
internal sealed record DistillationRecipe
{
    /// <summary>The teacher's checkpoint.</summary>
    public required string Teacher { get; init; }

    /// <summary>
    /// Of the teacher's part: a classifier's loss is (1 − weight) · cross-entropy + weight · distillation, a detector's that of
    /// RetinaNet + weight · distillation.
    /// </summary>
    public required double Weight { get; init; }

    /// <summary>Classifiers: what logits are divided by before the softmax of the comparison.</summary>
    public double Temperature { get; init; } = 1;

    /// <param name="fields">The object.</param>
    /// <param name="spec">The network that learns.</param>
    /// <param name="folder">What a relative path of the teacher begins at: the recipe's folder.</param>
    public static DistillationRecipe Read(JsonFields fields, ModelSpec spec, string folder)
    {
        bool detects = spec.Task == ModelTask.Detection;
        if (detects)
            fields.Refuse(["temperature"], "left out for detection, which compares sigmoid probabilities");
        var recipe = new DistillationRecipe
        {
            Teacher = Path.Combine(folder, fields.Text("teacher")),
            Weight = detects
                ? fields.Number("weight", "a number above 0", value => value > 0)
                : fields.Number("weight", "a number above 0 and at most 1", value => value is > 0 and <= 1),
            Temperature = detects ? 1 : fields.Number("temperature", "a number above 0", value => value > 0),
        };
        fields.Finish();
        return recipe;
    }
}
