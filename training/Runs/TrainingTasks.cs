using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Distillation;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Runs;

/// <summary>The task of a spec.</summary>
internal static class TrainingTasks
{
    /// <summary>The figure that decides which checkpoint is the best, of networks that learn from such data.</summary>
    public static string MainMetricOf(DataFolderKind data) => data == DataFolderKind.Coco ? DetectionTask.AveragePrecision : ClassificationTask.Accuracy;

    /// <summary>Training as a recipe says.</summary>
    /// <param name="weights">What is trained.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="data">The data set.</param>
    /// <param name="teacher">That of the recipe; the caller disposes of it.</param>
    public static TrainingTask ForTraining(Weights weights, Recipe recipe, DataSet data, Teacher? teacher) =>
        weights.Network.Spec.Task == ModelTask.Detection
            ? new DetectionTask(weights, recipe.Neuron, recipe.Precision, data, teacher)
            : new ClassificationTask(weights, recipe.Neuron, recipe.Precision, recipe.LabelSmoothing, teacher);

    /// <summary>Evaluation alone, for which a recipe has no settings.</summary>
    public static TrainingTask ForEvaluation(Weights weights, DataSet data) =>
        weights.Network.Spec.Task == ModelTask.Detection
            ? new DetectionTask(weights, new(), Precision.Float32, data)
            : new ClassificationTask(weights, new(), Precision.Float32);
}
